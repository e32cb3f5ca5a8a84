using System.Text;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>
/// Takes configs apart into words, as nginx and HAProxy do: written from their manuals, not from the writers. A value that stays one word where a plain one
/// was has not come to mean anything else.
/// </summary>
internal static class ConfigWords
{
    /// <summary>nginx's words, quoted ones with their quote before them; what ends a directive or begins and ends a block is a word of its own.</summary>
    public static IReadOnlyList<string> OfNginx(string text)
    {
        var words = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]) && text[i] < 128)
            {
                i++;
            }
            else if (text[i] is ';' or '{' or '}')
            {
                words.Add(text[i++].ToString());
            }
            else if (text[i] == '#')
            {
                var end = text.IndexOf('\n', i);
                i = end < 0 ? text.Length : end;
            }
            else
            {
                words.Add(NginxWord(text, ref i));
            }
        }

        return words;
    }

    /// <summary>HAProxy's lines of words; comments and empty lines are left out.</summary>
    public static IReadOnlyList<string> OfHAProxy(string text) => [.. text.Split('\n').SelectMany(HAProxyLine)];

    private static string NginxWord(string text, ref int i)
    {
        var word = new StringBuilder();
        if (text[i] is '"' or '\'')
        {
            var quote = text[i++];
            while (i < text.Length && text[i] != quote)
            {
                i += text[i] == '\\' ? 1 : 0;
                word.Append(i < text.Length ? text[i++] : ' ');
            }

            i++;
            return quote + word.ToString();
        }

        while (i < text.Length && !(char.IsWhiteSpace(text[i]) && text[i] < 128) && text[i] is not (';' or '{'))
        {
            word.Append(text[i++]);
        }

        return word.ToString();
    }

    private static IEnumerable<string> HAProxyLine(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (inWord, quote) = (false, '\0');
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\'' ? c != '\'' : c == '\\')
            {
                word.Append(quote == '\'' ? c : i + 1 < line.Length ? line[++i] : ' ');
                inWord = true;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                (quote, inWord) = (c, true);
            }
            else if (quote == '\0' && c == '#')
            {
                break;
            }
            else if (quote == '\0' && c is ' ' or '\t' or '\r')
            {
                Flush();
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        Flush();
        return words.Count == 0 ? [] : [.. words, "\n"];

        void Flush()
        {
            if (inWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            inWord = false;
        }
    }
}
