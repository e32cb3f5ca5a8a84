namespace HaWeb.Core.Cluster;

/// <summary><c>engine</c>: the leader. The key's create revision guards every write of the engine.</summary>
public sealed record EngineRecord : StoredRecord
{
    /// <summary>The leader's machine id.</summary>
    public required string Machine { get; init => field = Required(value); }

    /// <summary>The leader's lease.</summary>
    public required long Lease { get; init; }

    /// <summary>Since when it leads.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why nothing is re-placed just now, or null (PROTOCOL.md section 3, Holding).</summary>
    public string? Holding { get; init; }

    /// <summary>The machines that vanished together; empty while nothing is held.</summary>
    public List<string> HoldingMachines { get; init => field = value ?? []; } = [];
}
