namespace HaWeb.Core.Cluster;

/// <summary><c>machines/MACHINE/cordon</c>: the machine gets no new units while this exists.</summary>
public sealed record CordonRecord : StoredRecord
{
    /// <summary>Whether the engine also moves its units away.</summary>
    public bool Drain { get; init; }

    /// <summary>Whether a drain may take the last healthy backend of a service, and units that no other machine takes.</summary>
    public bool Force { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; init; }
}
