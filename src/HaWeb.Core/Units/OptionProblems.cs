namespace HaWeb.Core.Units;

/// <summary>Gathers what is wrong with the options of a file, with positions in the file.</summary>
internal sealed class OptionProblems
{
    /// <summary>The most problems of one option, and of one file: nobody reads more, and to place each takes time.</summary>
    private const int MaxOfOption = 100;
    private const int MaxOfFile = 1000;

    private readonly List<UnitProblem> _all = [];
    private UnitOption? _last;
    private int _ofLast;

    public IReadOnlyList<UnitProblem> All => _all;

    public bool HasErrors => _all.Exists(problem => problem.Severity == ProblemSeverity.Error);

    /// <summary>Whether no more is listed, so that nothing more need be looked for.</summary>
    public bool IsFull => _all.Count > MaxOfFile;

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

    /// <summary>Whether an option was possibly meant to be this one.</summary>
    public bool Suggest(string section, string key) => _all.Exists(problem => problem.Section == section && problem.Suggestion == Nearest.Ask(key));

    public void AddRange(IEnumerable<UnitProblem> problems)
    {
        foreach (var problem in problems)
        {
            Add(problem);
        }
    }

    /// <summary>An error about the file as a whole.</summary>
    public void Error(string section, string message, string? suggestion = null) =>
        Add(new UnitProblem(ProblemSeverity.Error, 0, 0, section, "", message, suggestion));

    public void Error(UnitOption option, string message, string? suggestion = null, int offset = 0) =>
        Add(ProblemSeverity.Error, option, message, suggestion, offset);

    public void Warning(UnitOption option, string message, string? suggestion = null, int offset = 0) =>
        Add(ProblemSeverity.Warning, option, message, suggestion, offset);

    public void Add(ProblemSeverity severity, UnitOption option, string message, string? suggestion, int offset)
    {
        _ofLast = ReferenceEquals(option, _last) ? _ofLast + 1 : 1;
        _last = option;
        if (IsFull || _ofLast > MaxOfOption + 1)
        {
            return;
        }

        // What is not listed may be an error, so the file is refused.
        var (line, column) = option.PositionAt(_ofLast > MaxOfOption ? 0 : offset);
        Add(_ofLast > MaxOfOption
            ? new UnitProblem(ProblemSeverity.Error, line, column, option.Section, option.Name, $"{option.Name} has more than {MaxOfOption} problems; the others are not listed.")
            : new UnitProblem(severity, line, column, option.Section, option.Name, message, suggestion));
    }

    private void Add(UnitProblem problem)
    {
        if (_all.Count < MaxOfFile)
        {
            _all.Add(problem);
        }
        else if (!IsFull)
        {
            _all.Add(new UnitProblem(ProblemSeverity.Error, 0, 0, "", "", $"The file has more than {MaxOfFile} problems; the others are not listed."));
        }
    }
}
