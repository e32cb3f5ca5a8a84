using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Units;

/// <summary>A header that a load balancer sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, letter by letter: no variable is put in.</param>
public sealed record HttpHeader(string Name, string Value)
{
    /// <summary>As unit files have it: <c>X-Frame-Options: DENY</c>.</summary>
    public override string ToString() => $"{Name}: {Value}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="header">The header.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HttpHeader? header)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        header = colon > 0 ? new HttpHeader(text[..colon].TrimEnd(), text[(colon + 1)..].Trim()) : null;
        return header is not null;
    }
}
