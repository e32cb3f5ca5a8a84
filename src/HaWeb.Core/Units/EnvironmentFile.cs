using System.Text;

namespace HaWeb.Core.Units;

/// <summary>Reads the text of a file that <c>EnvironmentFile=</c> names, by systemd's rules.</summary>
public static class EnvironmentFile
{
    /// <summary>The variables of the text, in order. A line that sets no variable is left out, as in systemd.</summary>
    /// <param name="text">The text of the file.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var variables = new List<KeyValuePair<string, string>>();
        var position = 0;
        while (position < text.Length)
        {
            var start = position + (text.AsSpan(position).Length - text.AsSpan(position).TrimStart().Length);
            if (start == text.Length)
            {
                break;
            }

            if (text[start] is '#' or ';')
            {
                position = SkipComment(text, start);
                continue;
            }

            var end = text.AsSpan(start).IndexOfAny('=', '\n');
            if (end < 0)
            {
                break;
            }

            position = start + end + 1;
            if (text[position - 1] == '=')
            {
                var name = text.Substring(start, end).TrimEnd();
                var value = ReadValue(text, ref position);
                if (IsName(name))
                {
                    variables.Add(new(name, value));
                }
            }
        }

        return variables;
    }

    /// <summary>Whether a text can be a variable's name: letters, digits and <c>_</c>, no digit first.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    /// <summary>A comment ends with its line, unless a backslash stands before the line's end.</summary>
    private static int SkipComment(string text, int position)
    {
        while (position < text.Length && text[position] != '\n')
        {
            position += text[position] == '\\' ? 2 : 1;
        }

        return Math.Min(position + 1, text.Length);
    }

    private static string ReadValue(string text, ref int position)
    {
        var value = new StringBuilder();

        // Blanks at the end are dropped, those in quotes and escaped ones are not.
        var kept = 0;
        var plain = false;
        while (position < text.Length && text[position] != '\n')
        {
            var character = text[position++];
            if (character == '\\')
            {
                // An escaped line end joins two lines.
                if (position < text.Length && text[position++] is var escaped and not '\n')
                {
                    value.Append(escaped);
                }

                plain = true;
                kept = value.Length;
            }
            else if (!plain && character is ('"' or '\''))
            {
                ReadQuoted(text, character, ref position, value);
                kept = value.Length;
            }
            else if (plain || !char.IsWhiteSpace(character))
            {
                plain = true;
                value.Append(character);
                kept = char.IsWhiteSpace(character) ? kept : value.Length;
            }
        }

        position = Math.Min(position + 1, text.Length);
        return value.ToString(0, kept);
    }

    private static void ReadQuoted(string text, char quote, ref int position, StringBuilder value)
    {
        while (position < text.Length && text[position] != quote)
        {
            var character = text[position++];
            if (quote != '"' || character != '\\' || position == text.Length)
            {
                value.Append(character);
                continue;
            }

            var escaped = text[position++];
            if (escaped is '"' or '\\' or '`' or '$')
            {
                value.Append(escaped);
            }
            else if (escaped != '\n')
            {
                value.Append('\\').Append(escaped);
            }
        }

        position = Math.Min(position + 1, text.Length);
    }
}
