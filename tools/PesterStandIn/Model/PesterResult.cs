namespace HaWeb.Tools.PesterStandIn.Model;

/// <summary>What Invoke-Pester -PassThru gives, with the names that Pester 5 uses.</summary>
public sealed class PesterResult
{
    private readonly List<PesterTestResult> _tests = [];

    public IReadOnlyList<PesterTestResult> Tests => _tests;

    public int TotalCount => _tests.Count;

    public int PassedCount => _tests.Count(test => test.Passed);

    public int FailedCount => _tests.Count(test => !test.Passed);

    /// <summary>Blocks whose BeforeAll or AfterAll failed.</summary>
    public int FailedBlocksCount { get; internal set; }

    /// <summary>Files that failed while their tests were discovered, or around them.</summary>
    public int FailedContainersCount { get; internal set; }

    public TimeSpan Duration { get; internal set; }

    public string Result => FailedCount + FailedBlocksCount + FailedContainersCount == 0 ? "Passed" : "Failed";

    internal void Add(PesterTestResult test) => _tests.Add(test);
}
