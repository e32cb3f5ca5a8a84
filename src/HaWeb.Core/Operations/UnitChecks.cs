using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Checks unit files for operations: errors become one refusal that names all of them, the rest warnings.</summary>
internal static class UnitChecks
{
    /// <summary>The unit; null, and a refusal, when its file is wrong.</summary>
    /// <param name="name">The unit or template.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="path">Where the file is, or null.</param>
    /// <param name="plan">Takes the refusal and the warnings.</param>
    public static UnitDefinition? Check(UnitName name, string text, string? path, PlanBuilder plan)
    {
        var check = UnitLinter.Check(name, text);
        var place = path ?? name.FullName;
        foreach (var warning in check.Problems.Where(problem => problem.Severity == ProblemSeverity.Warning))
        {
            plan.Warn(name.FullName, $"{place}:{warning}");
        }

        if (check.Definition is null)
        {
            var errors = check.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(error => $"{place}:{error}");
            plan.Refuse("UnitFileInvalid", RefusalKind.Invalid, name.FullName, string.Join("\n", errors));
        }

        return check.Definition;
    }
}
