namespace HaWeb.Core.Cluster;

/// <summary>
/// <c>placements/MACHINE/UNIT</c>: one entry of a machine's work list. The create revision of the key is the placement's generation.
/// </summary>
public sealed record PlacementRecord : StoredRecord
{
    /// <summary>The hash of the unit file to run.</summary>
    public required string Hash { get; init => field = Required(value); }

    /// <summary>What to do with it.</summary>
    public PlacementState State { get; init; }

    /// <summary>The desired state that led here, shown to operators.</summary>
    public DesiredState Desired { get; init; }

    /// <summary>The unit's restart number when this was written; a higher one restarts it.</summary>
    public int Restart { get; init; }

    /// <summary>The unit's reload number when this was written; a higher one has it run ExecReload.</summary>
    public int Reload { get; init; }

    /// <summary>The machine that the engine has moved it from; null when it was not moved here.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>Why it is here or leaves, for operators.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";
}
