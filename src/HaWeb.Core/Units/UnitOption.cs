using System.Text;

namespace HaWeb.Core.Units;

/// <summary>One <c>Name=value</c> of a unit file.</summary>
/// <param name="Section">The section it stands in, without brackets.</param>
/// <param name="Name">What stands before the <c>=</c>.</param>
/// <param name="Value">What stands after it, without the blanks around. A continued line keeps its backslash and line break here.</param>
/// <param name="Line">The line that the option starts on, from 1.</param>
/// <param name="Column">The column that the value starts at, from 1.</param>
public sealed record UnitOption(string Section, string Name, string Value, int Line = 0, int Column = 0)
{
    /// <summary>
    /// The value as systemd reads it: a backslash at the end of a line is a blank, the blanks that the next line begins with stay, and comment lines in between
    /// are left out.
    /// </summary>
    public string Text => IsContinued ? Join(int.MaxValue).Text.Trim() : Value;

    /// <summary>The line and column at which a character of <see cref="Text"/> stands.</summary>
    /// <param name="offset">The character, from 0.</param>
    public (int Line, int Column) PositionAt(int offset)
    {
        var joined = IsContinued ? Join(int.MaxValue).Text : "";
        var (_, line, column) = Join(offset + joined.Length - joined.TrimStart().Length);
        return (line, column);
    }

    private bool IsContinued => Value.Contains('\n', StringComparison.Ordinal);

    private (string Text, int Line, int Column) Join(int offset)
    {
        var text = new StringBuilder(Value.Length);
        var (line, column) = (Line, Column + offset);
        var lines = Value.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0 && UnitFileParser.IsComment(lines[i].TrimStart()))
            {
                continue;
            }

            if (i > 0 && offset >= text.Length)
            {
                line = Line + i;
                column = 1 + offset - text.Length;
            }

            var continued = i < lines.Length - 1 && lines[i].EndsWith('\\');
            text.Append(continued ? lines[i].AsSpan(0, lines[i].Length - 1) : lines[i]).Append(continued ? " " : "");
        }

        return (text.ToString(), line, column);
    }
}
