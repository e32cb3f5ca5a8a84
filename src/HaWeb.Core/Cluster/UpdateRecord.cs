namespace HaWeb.Core.Cluster;

/// <summary>
/// <c>updates/UNIT</c>: a rolling update of a template's instances, or of one plain unit. An operator starts, pauses and turns it; the engine drives it, and leaves
/// it with its outcome when it is over. Which instances are done their own records say: their hash is <see cref="To"/>.
/// </summary>
public sealed record UpdateRecord : StoredRecord
{
    /// <summary>The hash that the template had before.</summary>
    public required string From { get; init => field = Required(value); }

    /// <summary>The hash that it and its instances get.</summary>
    public required string To { get; init => field = Required(value); }

    /// <summary>How far it is.</summary>
    public UpdateState State { get; init; }

    /// <summary>Whether it begins no further instance until an operator resumes it.</summary>
    public bool Paused { get; init; }

    /// <summary>Why it is paused, goes back or went back, for people; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>How many running instances may be unavailable at the same time, whatever the cause.</summary>
    public int MaxUnavailable { get; init => field = Math.Max(value, 1); } = 1;

    /// <summary>How many instances have to prove the file before any other gets it; 0 when they have, or none was asked for.</summary>
    public int Canary { get; init; }

    /// <summary>Whether it waits for an operator once the first ones have proved the file.</summary>
    public bool PauseAfterCanary { get; init; }

    /// <summary>How long an instance has to be available without a break before it counts as arrived.</summary>
    public TimeSpan MinHealthyTime { get; init; }

    /// <summary>How long an instance may take for that, its drain not counted; then the update goes back.</summary>
    public TimeSpan HealthyDeadline { get; init; }

    /// <summary>Whether it may take the last healthy backend of a service, and units that no machine takes with the new file.</summary>
    public bool Force { get; init; }

    /// <summary>The instances that have begun and have not arrived, in the order in which they began.</summary>
    public List<UpdateStep> Steps { get; init => field = value ?? []; } = [];

    /// <summary>The hashes of instances that had another one than <see cref="From"/> before, by unit; of global units by <c>UNIT/MACHINE</c>.</summary>
    public SortedDictionary<string, string> Before { get; init => field = Ordinal(value); } = new(StringComparer.Ordinal);

    /// <summary>When an operator started it.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it was over; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Whether the engine still has to do with it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsUnderWay => State is UpdateState.Running or UpdateState.RollingBack;
}
