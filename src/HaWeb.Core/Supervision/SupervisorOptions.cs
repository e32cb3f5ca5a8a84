namespace HaWeb.Core.Supervision;

/// <summary>The times of a machine's supervisor (PROTOCOL.md section 7).</summary>
public sealed record SupervisorOptions
{
    /// <summary>The machine's lease.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it waits after the store refused or did not answer.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an answer of the store may take before the request counts as failed with an unknown outcome.</summary>
    public TimeSpan AnswerDeadline { get; init; } = TimeSpan.FromSeconds(10);
}
