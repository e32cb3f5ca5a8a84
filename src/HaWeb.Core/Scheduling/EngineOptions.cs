namespace HaWeb.Core.Scheduling;

/// <summary>The engine's times (PROTOCOL.md section 7).</summary>
public sealed record EngineOptions
{
    /// <summary>The leader's lease.</summary>
    public TimeSpan LeaderTimeToLive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the store may be out of reach before a deletion seen after it needs more proof.</summary>
    public TimeSpan GapTolerance { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many units it changes before it looks at the outcome.</summary>
    public int StepsPerPass { get; init; } = 60;

    /// <summary>How long an answer may take before the request counts as failed with an unknown outcome.</summary>
    public TimeSpan AnswerDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it waits after a guard did not hold, so that one that never holds costs little.</summary>
    public TimeSpan RefusalDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it waits after the store did not answer.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);
}
