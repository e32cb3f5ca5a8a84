using System.Text;

namespace HaWeb.Core.Units;

/// <summary>Variables in the words of a command line: <c>${NAME}</c> inside a word, <c>$NAME</c> as a word, <c>$$</c> for a dollar.</summary>
internal static class VariableExpansion
{
    /// <summary>Whether a word is a variable of its own, to be split at blanks. Anything after the name belongs to the name, as in systemd.</summary>
    public static bool IsSplit(string word) => word.StartsWith('$') && (word.Length == 1 || word[1] is not ('{' or '$'));

    /// <summary>The words of a split variable's value; quotes hold words together.</summary>
    public static IReadOnlyList<string> Split(string value)
    {
        WordReader.TrySplit(value, EscapeRule.Simple, out var words, out _);
        return words;
    }

    /// <summary>Replaces <c>${NAME}</c> by its value, and <c>$$</c> by a dollar.</summary>
    /// <param name="word">The word.</param>
    /// <param name="variables">The values.</param>
    /// <param name="keepUnknown">Whether a variable without value stays as written; otherwise it is empty.</param>
    /// <param name="isExact">Whether none stayed.</param>
    public static string Replace(string word, IReadOnlyDictionary<string, string> variables, bool keepUnknown, out bool isExact)
    {
        isExact = true;
        if (!word.Contains('$', StringComparison.Ordinal))
        {
            return word;
        }

        var result = new StringBuilder(word.Length);
        var lastBrace = word.LastIndexOf('}');
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] != '$' || i + 1 == word.Length)
            {
                result.Append(word[i]);
            }
            else if (word[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (word[i + 1] == '{' && i < lastBrace && NameEnd(word, i + 2) is var end and > 0)
            {
                var known = variables.TryGetValue(word[(i + 2)..end], out var value);
                isExact &= known || !keepUnknown;
                result.Append(known ? value : keepUnknown ? word[i..(end + 1)] : "");
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    /// <summary>Where the closing brace stands; -1 without one, and for a shell's <c>${NAME:-default}</c>, which systemd leaves alone.</summary>
    private static int NameEnd(string word, int start)
    {
        var end = word.AsSpan(start).IndexOfAny('}', ':');
        return end >= 0 && word[start + end] == '}' ? start + end : -1;
    }
}
