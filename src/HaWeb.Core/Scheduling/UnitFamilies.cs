using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// A set of families of units. A unit's family is its name up to the <c>@</c>, or all of it where there is none. Families share 64 bits: two sets without a common
/// bit have no family in common, which tells most units apart without a look at their names.
/// </summary>
/// <param name="Bits">One bit for each family.</param>
internal readonly record struct UnitFamilies(ulong Bits)
{
    private const uint HashStart = 2166136261;
    private const uint HashFactor = 16777619;

    public static UnitFamilies None { get; }

    private static UnitFamilies All { get; } = new(ulong.MaxValue);

    public static UnitFamilies operator |(UnitFamilies one, UnitFamilies other) => new(one.Bits | other.Bits);

    /// <summary>The family of a unit.</summary>
    public static UnitFamilies Of(ReadOnlySpan<char> unit)
    {
        // Fowler, Noll and Vo's hash: the same in every process, as a string's own is not.
        var hash = HashStart;
        foreach (var character in unit[..(unit.IndexOf('@') is var at and >= 0 ? at : unit.Length)])
        {
            hash = unchecked((hash ^ character) * HashFactor);
        }

        return new UnitFamilies(1UL << (int)((hash ^ (hash >> 16)) & 63));
    }

    /// <summary>The families whose units these globs may match.</summary>
    public static UnitFamilies MatchedBy(IEnumerable<PathGlob> globs) => globs.Aggregate(
        None,
        (families, glob) => families | (glob.IsLiteral || glob.LiteralStart.Contains('@', StringComparison.Ordinal) ? Of(glob.LiteralStart) : All));

    /// <summary>Whether the two may have a family in common.</summary>
    public bool MayOverlap(UnitFamilies other) => (Bits & other.Bits) != 0;
}
