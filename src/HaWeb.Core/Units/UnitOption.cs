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
    /// <summary>The value as it is read: each backslash, line break and the blanks that follow are one blank.</summary>
    public string Text => Value.Contains('\n', StringComparison.Ordinal) ? Join(int.MaxValue).Text : Value;

    /// <summary>The line and column at which a character of <see cref="Text"/> stands.</summary>
    /// <param name="offset">The character, from 0.</param>
    public (int Line, int Column) PositionAt(int offset)
    {
        var (_, line, column) = Join(offset);
        return (line, column);
    }

    private (string Text, int Line, int Column) Join(int offset)
    {
        var text = new StringBuilder(Value.Length);
        var (line, column) = (Line, Column + offset);
        var lines = Value.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var part = i == 0 ? lines[i] : lines[i].TrimStart();
            if (i > 0 && offset >= text.Length)
            {
                line = Line + i;
                column = lines[i].Length - part.Length + 1 + offset - text.Length;
            }

            var continued = i < lines.Length - 1;
            text.Append(continued && part.EndsWith('\\') ? part.AsSpan(0, part.Length - 1) : part).Append(continued ? " " : "");
        }

        return (text.ToString(), line, column);
    }
}
