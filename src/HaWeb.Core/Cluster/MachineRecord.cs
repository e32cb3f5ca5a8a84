namespace HaWeb.Core.Cluster;

/// <summary><c>machines/MACHINE</c>: who a machine is. It outlives the machine's session.</summary>
public sealed record MachineRecord : StoredRecord
{
    /// <summary>Its id, by default that of /etc/machine-id.</summary>
    public required string Id { get; init => field = Required(value); }

    /// <summary>Its name, by default the host name.</summary>
    public required string Name { get; init => field = Required(value); }

    /// <summary>The address that its services are reached at.</summary>
    public required string Address { get; init => field = Required(value); }

    /// <summary>The public address, where it has another one.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>The version of HaWeb that its agent runs.</summary>
    public string AgentVersion { get; init => field = value ?? ""; } = "";

    /// <summary>The agent's own metadata. The operator's, in <c>metadata</c>, wins key by key.</summary>
    public SortedDictionary<string, string> Metadata { get; init => field = Ordinal(value); } = new(StringComparer.Ordinal);

    /// <summary>How many units it takes, or null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Whether it runs process units.</summary>
    public bool AllowProcess { get; init; }

    /// <summary>How its Docker Engine is reached: <c>unix://</c> or <c>tcp://</c>.</summary>
    public string Docker { get; init => field = value ?? ""; } = "";

    /// <summary>Since when its Docker Engine does not answer; null while it does.</summary>
    public DateTimeOffset? DockerDownSince { get; init; }

    /// <summary>The time to live of its lease, in seconds.</summary>
    public double LeaseSeconds { get; init => field = value > 0 ? value : 10; } = 10;

    /// <summary>When its agent last wrote this record.</summary>
    public DateTimeOffset LastSeen { get; init; }
}
