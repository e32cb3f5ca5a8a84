using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Finds the unit whose name someone meant to type.</summary>
internal static class NearestUnit
{
    /// <summary>How many characters of a suffix may be wrong.</summary>
    private const int SuffixSlip = 1;

    /// <summary>The sentence that suggests a unit, with the blank that parts it from the one before; empty when no name is near.</summary>
    /// <param name="typed">The name that there is no unit of.</param>
    /// <param name="known">The full names that there are.</param>
    public static string Suggest(UnitName typed, IEnumerable<string> known) => Find(typed, known) is { } meant ? " " + Nearest.Ask(meant) : "";

    /// <summary>As the other, for an instance that could also be made from a template.</summary>
    public static string SuggestInstance(UnitName typed, IReadOnlyCollection<string> known) =>
        typed.Template is { } template && Find(template, known) is { } near && UnitName.Parse(near) is { IsTemplate: true } meant
            ? " " + Nearest.Ask($"{meant.Prefix}@{typed.Instance}.{meant.Suffix}")
            : Suggest(typed, known);

    /// <summary>The full name that is near; null for none.</summary>
    public static string? Find(UnitName typed, IEnumerable<string> known)
    {
        var names = known.Where(name => !DiffersInDigits(name, typed.FullName)).ToList();
        return Nearest.Find(typed.FullName, names, Nearest.SlipOf(typed.Prefix))

            // A name whose suffix is mistyped has got another one behind it.
            ?? (typed.NameWithoutSuffix.Contains('.', StringComparison.Ordinal) ? Nearest.Find(typed.NameWithoutSuffix, names, SuffixSlip) : null);
    }

    /// <summary>Whether two names are those of neighbours: <c>db1</c> and <c>db2</c>.</summary>
    private static bool DiffersInDigits(string one, string other) =>
        string.Concat(one.Where(c => !char.IsAsciiDigit(c))) == string.Concat(other.Where(c => !char.IsAsciiDigit(c)));
}
