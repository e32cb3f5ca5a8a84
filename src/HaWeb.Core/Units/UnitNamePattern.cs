using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Units;

/// <summary>
/// What an operator types to choose units: a name or a wildcard pattern (<c>*</c>, <c>?</c>, <c>[a-c]</c>, a backtick before a literal character),
/// with or without the suffix, case-sensitive. It chooses plain units and instances; templates only when asked.
/// </summary>
public sealed record UnitNamePattern
{
    private readonly Glob _glob;

    private UnitNamePattern(string text, Glob glob)
    {
        Text = text;
        _glob = glob;
    }

    /// <summary>The pattern as typed.</summary>
    public string Text { get; }

    /// <summary>Whether it can match more than one name. A pattern that matches nothing is no error, a literal name that does not exist is.</summary>
    public bool HasWildcards => !_glob.IsLiteral;

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="pattern">The pattern, when it is well-formed.</param>
    /// <param name="error">What is wrong with it, for people.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out UnitNamePattern? pattern, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = Glob.TryParse(text, '`', null, out var glob, out error) ? new UnitNamePattern(text, glob) : null;
        return pattern is not null;
    }

    /// <summary>Whether it chooses this unit.</summary>
    /// <param name="name">The unit.</param>
    /// <param name="templates">Whether templates, and then only they, are wanted.</param>
    public bool IsMatch(UnitName name, bool templates = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.IsTemplate == templates && (_glob.IsMatch(name.FullName) || _glob.IsMatch(name.NameWithoutSuffix));
    }

    /// <inheritdoc/>
    public bool Equals(UnitNamePattern? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>The pattern.</summary>
    public override string ToString() => Text;
}
