using System.Text;

namespace HaWeb.Core.Units;

/// <summary>Reads the lines of a unit file into options and problems.</summary>
internal sealed class UnitFileParser
{
    /// <summary>As many problems as are kept; the linter lists fewer.</summary>
    private const int MaxProblems = 2000;

    private readonly string[] _lines;
    private readonly List<UnitOption> _options = [];
    private readonly List<UnitProblem> _problems = [];
    private string? _section;
    private bool _textBeforeSection;

    public UnitFileParser(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > UnitFile.MaxBytes)
        {
            _lines = [];
            Report(ProblemSeverity.Error, 0, 0, "", $"The file has more than {UnitFile.MaxBytes / 1024} KiB.");
            return;
        }

        _lines = text.TrimStart('\uFEFF').Split('\n');
        for (var i = 0; i < _lines.Length; i++)
        {
            _lines[i] = _lines[i].EndsWith('\r') ? _lines[i][..^1] : _lines[i];
        }

        for (var i = 0; i < _lines.Length && _problems.Count < MaxProblems; i++)
        {
            ReadLine(ref i);
        }
    }

    public IReadOnlyList<UnitOption> Options => _options;

    public IReadOnlyList<UnitProblem> Problems => _problems;

    private void ReadLine(ref int index)
    {
        var raw = _lines[index];
        var line = raw.Trim();
        if (line.Length == 0 || IsComment(line))
        {
            return;
        }

        if (line[0] == '[')
        {
            ReadSection(line, index, ColumnOf(raw));
        }
        else if (_section is not null)
        {
            ReadOption(ref index);
        }
        else if (!_textBeforeSection)
        {
            _textBeforeSection = true;
            Report(ProblemSeverity.Warning, index, ColumnOf(raw), "", "Text before the first section is ignored.", "Put it below a section such as [Service].");
        }
    }

    private void ReadSection(string line, int index, int column)
    {
        var end = line.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
        {
            Report(ProblemSeverity.Error, index, column, "", $"The section '{line}' is not closed.", $"Write {line}].");
        }
        else if (end < line.Length - 1)
        {
            Report(ProblemSeverity.Error, index, column + end + 1, "", $"'{line[(end + 1)..].Trim()}' stands after the section {line[..(end + 1)]}.", "Put it on a line of its own.");
        }
        else if (line.Length == 2)
        {
            Report(ProblemSeverity.Error, index, column, "", "The section has no name.");
        }

        // After a broken header the options below are still looked at, as that section's.
        _section = (end < 0 ? line[1..] : line[1..end]).Trim();
    }

    private void ReadOption(ref int index)
    {
        var start = index;
        var raw = _lines[index];
        var equals = raw.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            Report(ProblemSeverity.Error, index, ColumnOf(raw), raw.Trim(), $"'{raw.Trim()}' has no '='.", "Write Name=value, or start a comment with '#'.");
            return;
        }

        var name = raw[..equals].Trim();
        if (name.Length == 0)
        {
            Report(ProblemSeverity.Error, index, ColumnOf(raw), "", "An option has no name before '='.");
            return;
        }

        if (raw.Contains('\0', StringComparison.Ordinal))
        {
            Report(ProblemSeverity.Error, index, raw.IndexOf('\0', StringComparison.Ordinal) + 1, name, "The line has a NUL character.");
            return;
        }

        var first = raw[(equals + 1)..];
        var column = equals + 2 + first.Length - first.TrimStart().Length;
        var value = new StringBuilder(first.TrimStart());
        var last = index;
        while (IsContinued(_lines[last]))
        {
            if (index == _lines.Length - 1 || _lines[index + 1].Trim().Length == 0)
            {
                Report(ProblemSeverity.Warning, last, _lines[last].Length, name, "The line ends in a backslash, but no line follows to continue it.", "Remove the backslash.");
                value.Length -= index == last ? 1 : 0;
                break;
            }

            index++;
            var isComment = IsComment(_lines[index].TrimStart());
            value.Append('\n').Append(isComment ? _lines[index].TrimEnd() : _lines[index]);
            if (!isComment)
            {
                last = index;
            }
            else if (!IsContinued(_lines[index]) && index < _lines.Length - 1 && BeginsAnew(_lines[index + 1]))
            {
                // fleet ended the value at the comment, and systemd would take what was meant as an option into it.
                Report(ProblemSeverity.Warning, last, _lines[last].Length, name, "The line ends in a backslash, but a comment and another option follow.", "Remove the backslash.");
                break;
            }
        }

        var text = value.ToString().TrimEnd();
        if (index == last && IsContinued(text))
        {
            Report(ProblemSeverity.Error, index, _lines[index].LastIndexOf('\\') + 1, name, "Blanks follow the backslash at the end of the line, so it does not continue it.", "Remove the blanks.");
            return;
        }

        _options.Add(new UnitOption(_section!, name, text, start + 1, column));
    }

    /// <summary>Whether a line, without the blanks before it, is a comment.</summary>
    internal static bool IsComment(string line) => line.Length > 0 && line[0] is '#' or ';';

    /// <summary>Whether a line looks like an option of its own, or the header of a section.</summary>
    private static bool BeginsAnew(string line) =>
        line[..Math.Max(line.IndexOf('=', StringComparison.Ordinal), 0)].TrimEnd() is { Length: > 0 } name ? name.All(char.IsAsciiLetter) : line.StartsWith('[');

    private static int ColumnOf(string raw) => raw.Length - raw.TrimStart().Length + 1;

    /// <summary>An odd number of backslashes at the end: an even one is escaped backslashes.</summary>
    private static bool IsContinued(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private void Report(ProblemSeverity severity, int index, int column, string key, string message, string? suggestion = null) =>
        _problems.Add(new UnitProblem(severity, column == 0 ? 0 : index + 1, column, _section ?? "", key, message, suggestion));
}
