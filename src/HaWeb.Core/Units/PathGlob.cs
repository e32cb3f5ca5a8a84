using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Units;

/// <summary>
/// A glob of <c>[X-Fleet]</c> (Conflicts, Replaces) over full unit names, with the meaning that Go's <c>path.Match</c> gives it:
/// <c>*</c> and <c>?</c> stop at a slash, <c>[a-c]</c> and <c>[^a]</c> are sets, a backslash makes the next character literal.
/// </summary>
public sealed record PathGlob
{
    private readonly Glob _glob;

    private PathGlob(string pattern, Glob glob)
    {
        Pattern = pattern;
        _glob = glob;
    }

    /// <summary>The pattern as written.</summary>
    public string Pattern { get; }

    /// <summary>The text that every name it matches begins with.</summary>
    public string LiteralStart => _glob.LiteralStart;

    /// <summary>Whether it matches one name only.</summary>
    public bool IsLiteral => _glob.IsLiteral;

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="glob">The glob, when the pattern is well-formed.</param>
    /// <param name="error">What is wrong with it, for people.</param>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out PathGlob? glob, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        glob = Glob.TryParse(pattern, '\\', '/', out var compiled, out error) ? new PathGlob(pattern, compiled) : null;
        return glob is not null;
    }

    /// <summary>Whether it matches the whole of a full unit name.</summary>
    public bool IsMatch(string fullName) => _glob.IsMatch(fullName);

    /// <inheritdoc/>
    public bool Equals(PathGlob? other) => other is not null && string.Equals(Pattern, other.Pattern, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Pattern);

    /// <summary>The pattern.</summary>
    public override string ToString() => Pattern;
}
