using HaWeb.Core.Cluster;

namespace HaWeb.Core.LoadBalancing;

/// <summary>What a balancer serves, as its machine's disk keeps it.</summary>
public sealed record BalancerMemoryRecord : StoredRecord
{
    /// <summary>The cluster's id.</summary>
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>What it serves, in ordinal order of the keys.</summary>
    public List<RememberedBackend> Backends { get; init => field = value ?? []; } = [];
}
