using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Output;

/// <summary>One thing that is wrong with a unit file.</summary>
public sealed class HaUnitProblem
{
    /// <summary>The file's path, or the unit's name.</summary>
    public required string File { get; init; }

    /// <summary>The line, from 1; 0 when it concerns the file as a whole.</summary>
    public required int Line { get; init; }

    /// <summary>The column, from 1; 0 when it concerns the file as a whole.</summary>
    public required int Column { get; init; }

    /// <summary><c>Error</c> when the file is refused for it, or <c>Warning</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>The section, without brackets; empty when it concerns the file as a whole.</summary>
    public string Section { get; init; } = "";

    /// <summary>The option's name; empty where it is none of one option.</summary>
    public string Key { get; init; } = "";

    /// <summary>What is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>What to write instead.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The problem on one line, in the form that editors jump to.</summary>
    public override string ToString() => At + Message + (Suggestion is null ? "" : " " + Suggestion);

    internal string At => Line > 0 ? $"{File}:{Line}:{Column}: " : $"{File}: ";

    internal static HaUnitProblem Of(UnitProblem problem, string file) => new()
    {
        File = file,
        Line = problem.Line,
        Column = problem.Column,
        Severity = problem.Severity.ToString(),
        Section = problem.Section,
        Key = problem.Key,
        Message = problem.Message,
        Suggestion = problem.Suggestion,
    };
}
