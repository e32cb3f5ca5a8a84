namespace HaWeb.Core.Units;

/// <summary>One thing that is wrong with a unit file.</summary>
/// <param name="Severity">Whether the file is refused for it.</param>
/// <param name="Line">The line, from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Column">The column, from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Section">The section, without brackets, or empty.</param>
/// <param name="Key">The option's name, or empty.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Suggestion">What to write instead, or null.</param>
public sealed record UnitProblem(ProblemSeverity Severity, int Line, int Column, string Section, string Key, string Message, string? Suggestion = null)
{
    /// <summary>The problem on one line, with its position in front.</summary>
    public override string ToString() =>
        (Line > 0 ? $"{Line}:{Column}: " : "") + Message + (Suggestion is null ? "" : " " + Suggestion);
}
