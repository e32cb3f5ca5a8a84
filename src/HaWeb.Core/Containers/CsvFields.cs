using System.Text;

namespace HaWeb.Core.Containers;

/// <summary>Splits values of flags at commas: <c>type=bind,"source=/a,b"</c>.</summary>
internal static class CsvFields
{
    /// <summary>The fields; one in quotes may hold commas, and two quotes stand for one.</summary>
    /// <exception cref="FlagValueException">A quote is not closed, or text stands beside one.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        var fields = new List<string>();
        for (var at = 0; at <= text.Length; at++)
        {
            var field = new StringBuilder();
            if (at < text.Length && text[at] == '"')
            {
                at = ReadQuoted(text, at + 1, field);
            }
            else
            {
                var comma = text.IndexOf(',', at);
                field.Append(text, at, (comma < 0 ? text.Length : comma) - at);
                at += field.Length;
            }

            fields.Add(field.ToString());
        }

        return fields;
    }

    private static int ReadQuoted(string text, int at, StringBuilder field)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append(text[at++]);
            }
            else if (at + 1 == text.Length || text[at + 1] == ',')
            {
                return at + 1;
            }
            else
            {
                break;
            }
        }

        throw new FlagValueException($"the quotes in '{text}' do not enclose a whole field.", "Put the field in quotes with its name: \"device=0,1\".");
    }
}
