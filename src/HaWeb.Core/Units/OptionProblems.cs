namespace HaWeb.Core.Units;

/// <summary>Gathers what is wrong with the options of a file, with positions in the file.</summary>
internal sealed class OptionProblems
{
    private readonly List<UnitProblem> _all = [];

    public IReadOnlyList<UnitProblem> All => _all;

    public bool HasErrors => _all.Exists(problem => problem.Severity == ProblemSeverity.Error);

    /// <summary>Whether none of these options has an error, so that what was read of them can be judged. Without keys: whether the section has none.</summary>
    public bool IsSound(string section, params ReadOnlySpan<string> keys)
    {
        foreach (var problem in _all)
        {
            if (problem.Severity == ProblemSeverity.Error && problem.Section == section && (keys.IsEmpty || keys.Contains(problem.Key)))
            {
                return false;
            }
        }

        return true;
    }

    public void AddRange(IEnumerable<UnitProblem> problems) => _all.AddRange(problems);

    /// <summary>An error about the file as a whole.</summary>
    public void Error(string section, string message, string? suggestion = null) =>
        _all.Add(new UnitProblem(ProblemSeverity.Error, 0, 0, section, "", message, suggestion));

    public void Error(UnitOption option, string message, string? suggestion = null, int offset = 0) =>
        Add(ProblemSeverity.Error, option, message, suggestion, offset);

    public void Warning(UnitOption option, string message, string? suggestion = null, int offset = 0) =>
        Add(ProblemSeverity.Warning, option, message, suggestion, offset);

    public void Add(ProblemSeverity severity, UnitOption option, string message, string? suggestion, int offset)
    {
        var (line, column) = option.PositionAt(offset);
        _all.Add(new UnitProblem(severity, line, column, option.Section, option.Name, message, suggestion));
    }
}
