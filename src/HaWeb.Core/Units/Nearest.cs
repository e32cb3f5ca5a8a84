namespace HaWeb.Core.Units;

/// <summary>Finds what someone meant to type.</summary>
internal static class Nearest
{
    /// <summary>A longer word is no slip, and comparing it would take long.</summary>
    private const int MaxLength = 64;

    /// <summary>A sentence that suggests the known word nearest to a mistyped one; null when none is near.</summary>
    public static string? Suggest(string typed, IEnumerable<string> known)
    {
        if (typed.Length > MaxLength)
        {
            return null;
        }

        var best = known
            .Select(word => (Word: word, Distance: Distance(typed.ToUpperInvariant(), word.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(2, candidate.Word.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Word is null ? null : $"Did you mean {best.Word}?";
    }

    /// <summary>How many characters must be put in, taken out, changed or swapped with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        var beforeLast = new int[to.Length + 1];
        var last = new int[to.Length + 1];
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[to.Length];
    }
}
