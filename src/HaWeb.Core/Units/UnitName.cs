using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Units;

/// <summary>
/// The name of a unit: <c>web.service</c>, a template <c>nginx@.service</c>, or an instance of one, <c>nginx@1.service</c>.
/// Names are compared by <see cref="UnitNameComparer"/>.
/// </summary>
public sealed record UnitName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 256;

    private static readonly string[] Suffixes =
    [
        "service", "socket", "target", "timer", "path", "device", "mount", "automount", "swap", "slice", "snapshot", "scope", "busname",
    ];

    private static readonly string[] TemplateSuffixes = ["path", "service", "socket", "target", "timer"];

    private UnitName(string fullName)
    {
        FullName = fullName;
        var dot = fullName.LastIndexOf('.');
        Suffix = fullName[(dot + 1)..];
        NameWithoutSuffix = fullName[..dot];
        var at = NameWithoutSuffix.IndexOf('@', StringComparison.Ordinal);
        Prefix = at < 0 ? NameWithoutSuffix : NameWithoutSuffix[..at];
        Instance = at < 0 ? "" : NameWithoutSuffix[(at + 1)..];
        IsTemplate = at >= 0 && Instance.Length == 0;
    }

    /// <summary>The whole name: <c>nginx@1.service</c>.</summary>
    public string FullName { get; }

    /// <summary>What stands after the last dot: <c>service</c>.</summary>
    public string Suffix { get; }

    /// <summary>What stands before the last dot: <c>nginx@1</c>.</summary>
    public string NameWithoutSuffix { get; }

    /// <summary>What stands before the first <c>@</c>, or the name without suffix: <c>nginx</c>.</summary>
    public string Prefix { get; }

    /// <summary>What stands between the first <c>@</c> and the suffix: <c>1</c>. Empty for a plain unit and for a template.</summary>
    public string Instance { get; }

    /// <summary>Whether it names a template, which is a pattern for instances and never runs itself.</summary>
    public bool IsTemplate { get; }

    /// <summary>Whether it names an instance of a template.</summary>
    public bool IsInstance => Instance.Length > 0;

    /// <summary>Whether it names a timer, which starts a service when it is time.</summary>
    public bool IsTimer => Suffix == "timer";

    /// <summary>The template of an instance, the name itself for a template, and null for a plain unit.</summary>
    public UnitName? Template => IsInstance ? new UnitName($"{Prefix}@.{Suffix}") : IsTemplate ? this : null;

    /// <summary>Reads a full name.</summary>
    /// <param name="text">The name with its suffix.</param>
    /// <param name="name">The name, when it is one.</param>
    /// <param name="error">Why it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out UnitName? name, [NotNullWhen(false)] out UnitNameError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        error = Check(text);
        name = error is null ? new UnitName(text) : null;
        return error is null;
    }

    /// <summary>Reads a full name that is known to be right.</summary>
    /// <exception cref="FormatException">It is not a unit name; the message says why.</exception>
    public static UnitName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException(error.Message);

    /// <summary>What an operator typed, or a path of a unit file, as a full name: without folders, and with <c>.service</c> when it has no known suffix.</summary>
    public static string Complete(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var name = typed[(typed.LastIndexOf('/') + 1)..];
        return name.Length == 0 || Suffixes.Contains(SuffixOf(name), StringComparer.Ordinal) ? name : name + ".service";
    }

    /// <summary>The name of one instance of this template (or of a sibling of this instance).</summary>
    /// <param name="instance">The instance, <c>1</c>; an empty one gives the template.</param>
    /// <exception cref="FormatException">The name has no <c>@</c>, or the result would be no name.</exception>
    public UnitName WithInstance(string instance) => Template is null
        ? throw new FormatException($"{FullName} is not a template: it has no '@' to put an instance after.")
        : Parse($"{Prefix}@{instance}.{Suffix}");

    /// <inheritdoc/>
    public bool Equals(UnitName? other) => other is not null && string.Equals(FullName, other.FullName, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(FullName);

    /// <summary>The full name.</summary>
    public override string ToString() => FullName;

    private static UnitNameError? Check(string text)
    {
        if (text.Length == 0)
        {
            return new(UnitNameFault.Empty, text, "A unit name cannot be empty.");
        }

        // A template that long would have no room for an instance.
        var room = text.Contains("@.", StringComparison.Ordinal) ? 1 : 0;
        if (text.Length + room > MaxLength)
        {
            return new(UnitNameFault.TooLong, text, $"A unit name has at most {MaxLength} characters, with its instance; this one has {text.Length}.");
        }

        if (!text.Contains('.', StringComparison.Ordinal))
        {
            return new(UnitNameFault.NoSuffix, text, $"'{text}' has no suffix: write {text}.service.");
        }

        if (text.EndsWith('.'))
        {
            return new(UnitNameFault.EndsInDot, text, $"'{text}' ends in a dot.");
        }

        var suffix = SuffixOf(text);
        if (!Suffixes.Contains(suffix, StringComparer.Ordinal))
        {
            return new(UnitNameFault.UnknownSuffix, text, $"'{suffix}' in '{text}' is no type of unit: write {text}.service.");
        }

        if (text.Contains('@', StringComparison.Ordinal) && !TemplateSuffixes.Contains(suffix, StringComparer.Ordinal))
        {
            return new(UnitNameFault.SuffixHasNoTemplates, text, $"'{text}' has an '@', but units of type {suffix} have no templates.");
        }

        foreach (var character in text)
        {
            if (!IsNameCharacter(character))
            {
                return new(UnitNameFault.InvalidCharacter, text, $"'{text}' has the character '{character}'; names have letters, digits and : - _ . \\ @ only.");
            }
        }

        return text[0] == '@' ? new(UnitNameFault.EmptyPrefix, text, $"'{text}' starts with '@': a template needs a name before it.") : null;
    }

    private static bool IsNameCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is ':' or '-' or '_' or '.' or '\\' or '@';

    private static string SuffixOf(string text) => text[(text.LastIndexOf('.') + 1)..];
}
