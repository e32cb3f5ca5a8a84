namespace HaWeb.Core.Units;

/// <summary>
/// Orders names as people count: runs of digits by their number, everything else ordinally, so <c>web@9</c> comes before <c>web@10</c>.
/// A total order: it gives 0 for equal texts only.
/// </summary>
public sealed class UnitNameComparer : IComparer<string>, IComparer<UnitName>
{
    private UnitNameComparer()
    {
    }

    /// <summary>The one comparer.</summary>
    public static UnitNameComparer Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(UnitName? x, UnitName? y) => Compare(x?.FullName, y?.FullName);

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        int i = 0, j = 0;
        while (i < x.Length && j < y.Length)
        {
            int order;
            if (char.IsAsciiDigit(x[i]) && char.IsAsciiDigit(y[j]))
            {
                order = CompareNumbers(TakeNumber(x, ref i), TakeNumber(y, ref j));
            }
            else
            {
                order = x[i++].CompareTo(y[j++]);
            }

            if (order != 0)
            {
                return order;
            }
        }

        var rest = (x.Length - i).CompareTo(y.Length - j);

        // Only leading zeros can still differ: 1 and 01 count the same and are not the same name.
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static ReadOnlySpan<char> TakeNumber(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            position++;
        }

        return text.AsSpan(start, position - start).TrimStart('0');
    }

    private static int CompareNumbers(ReadOnlySpan<char> x, ReadOnlySpan<char> y) =>
        x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.CompareTo(y, StringComparison.Ordinal);
}
