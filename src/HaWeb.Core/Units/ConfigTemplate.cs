namespace HaWeb.Core.Units;

/// <summary>A Liquid template that a balancer's config is made from: in a file of the machine, or in the unit file itself.</summary>
/// <param name="Path">The file; null for a template that is given by its text.</param>
/// <param name="Text">The text; null for a template in a file.</param>
public sealed record ConfigTemplate(string? Path, string? Text)
{
    /// <summary>Whether this is the text of a template, rather than the path of its file: it has something for Liquid to do in it.</summary>
    public static bool IsText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal);
    }
}
