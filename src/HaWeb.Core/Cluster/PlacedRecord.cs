namespace HaWeb.Core.Cluster;

/// <summary><c>placed/UNIT</c>: the machine that a unit is placed on. Its being one key makes a second placement impossible.</summary>
public sealed record PlacedRecord : StoredRecord
{
    /// <summary>The machine's id; empty while the unit waits for one and something is remembered of it.</summary>
    public required string Machine { get; init => field = Required(value); }

    /// <summary>The move number of the unit that has been carried out, or was given up.</summary>
    public int Move { get; init; }

    /// <summary>Why the unit leaves this machine for another one; null while it does not.</summary>
    public string? Leaving { get; init; }

    /// <summary>The machine that was lost with the unit, while it waits for one: its container may still run there, so it goes back if that one is the first to take it.</summary>
    public string? LostOn { get; init; }

    /// <summary>Machines to avoid, each until a time (Relocate).</summary>
    public SortedDictionary<string, DateTimeOffset> Avoid { get; init => field = Ordinal(value); } = new(StringComparer.Ordinal);
}
