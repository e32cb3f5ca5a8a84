namespace HaWeb.Core.Cluster;

/// <summary><c>machines/MACHINE/alive</c>: the session of a machine's agent; it goes when the lease goes.</summary>
public sealed record SessionRecord : StoredRecord
{
    /// <summary>The kernel's boot id: another one means that the machine was started anew.</summary>
    public required string BootId { get; init => field = Required(value); }

    /// <summary>The lease, which the next agent of this machine takes over.</summary>
    public required long Lease { get; init; }

    /// <summary>When the session began.</summary>
    public DateTimeOffset Since { get; init; }
}
