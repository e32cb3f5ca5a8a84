using System.Text;
using System.Text.RegularExpressions;

namespace HaWeb.Tools.HelpBuilder;

/// <summary>A heading of a page and the lines up to the next one.</summary>
internal sealed partial class HelpSection(int level, string heading)
{
    private readonly List<string> _lines = [];

    public int Level { get; } = level;

    public string Heading { get; } = heading;

    public static bool IsFence(string line) => line.StartsWith("```", StringComparison.Ordinal);

    public void Add(string line) => _lines.Add(line);

    /// <summary>The lines of the code blocks, without their fences.</summary>
    public string Code() => string.Join('\n', Lines().Where(line => line.IsCode).Select(line => line.Text));

    /// <summary>The text outside of code blocks: a string for each paragraph and list item, free of Markdown's marks.</summary>
    public IEnumerable<string> Paragraphs()
    {
        var paragraph = new StringBuilder();
        foreach (var (text, _) in Lines().Where(line => !line.IsCode).Append((string.Empty, false)))
        {
            if (paragraph.Length > 0 && (text.Length == 0 || ListItem().IsMatch(text)))
            {
                yield return Plain(paragraph.ToString());
                paragraph.Clear();
            }

            paragraph.Append(paragraph.Length > 0 ? " " : string.Empty).Append(text.Trim());
        }
    }

    private static string Plain(string text) => Link().Replace(text, "$1 ($2)").Replace("`", string.Empty, StringComparison.Ordinal);

    private IEnumerable<(string Text, bool IsCode)> Lines()
    {
        var isCode = false;
        foreach (var line in _lines)
        {
            if (IsFence(line))
            {
                isCode = !isCode;
            }
            else
            {
                yield return (line, isCode);
            }
        }
    }

    [GeneratedRegex(@"^\s*(-|\d+\.)\s")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)]+)\)")]
    private static partial Regex Link();
}
