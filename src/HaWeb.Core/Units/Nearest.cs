namespace HaWeb.Core.Units;

/// <summary>Finds what someone meant to type.</summary>
internal static class Nearest
{
    /// <summary>A longer word is no slip, and comparing it would take long.</summary>
    private const int MaxLength = 64;

    /// <summary>A sentence that suggests the known word nearest to a mistyped one; null when none is near.</summary>
    public static string? Suggest(string typed, IEnumerable<string> known) => Find(typed, known) is { } best ? Ask(best) : null;

    /// <summary>The sentence that suggests a word.</summary>
    public static string Ask(string meant) => $"Did you mean {meant}?";

    /// <summary>The known word nearest to a mistyped one; null when none is near.</summary>
    public static string? Find(string typed, IEnumerable<string> known) => Find(typed, known, word => Math.Max(2, word.Length / 3));

    /// <summary>The known word nearest to a mistyped one; null when none is as near as that.</summary>
    /// <param name="typed">The word that was typed.</param>
    /// <param name="known">The words that were possibly meant.</param>
    /// <param name="distance">How many characters may be wrong, upper and lower case being the same.</param>
    public static string? Find(string typed, IEnumerable<string> known, int distance) => Find(typed, known, _ => distance);

    /// <summary>How many characters wrong are a slip of a name or a command: short ones are near each other by chance.</summary>
    public static int SlipOf(string name) => name.Length switch { < 3 => 0, < 8 => 1, _ => 2 };

    private static string? Find(string typed, IEnumerable<string> known, Func<string, int> limit)
    {
        if (typed.Length > MaxLength)
        {
            return null;
        }

        var upper = typed.ToUpperInvariant();
        return known
            .Where(word => Math.Abs(word.Length - typed.Length) <= limit(word))
            .Select(word => (Word: word, Distance: Distance(upper, word.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= limit(candidate.Word))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Word, StringComparer.Ordinal)
            .FirstOrDefault().Word;
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
