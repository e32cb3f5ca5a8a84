namespace HaWeb.Core.Operations;

/// <summary>What a unit is updated to.</summary>
public abstract record UpdateContent
{
    private UpdateContent()
    {
    }

    /// <summary>A unit file.</summary>
    /// <param name="Text">Its text.</param>
    /// <param name="Path">Where it comes from, for messages; null when it was not read from a file.</param>
    public sealed record File(string Text, string? Path = null) : UpdateContent;

    /// <summary>The stored file with another image on its docker line.</summary>
    /// <param name="Name">The image.</param>
    public sealed record Image(string Name) : UpdateContent;

    /// <summary>The file that it had before its last update.</summary>
    public sealed record Former : UpdateContent;
}
