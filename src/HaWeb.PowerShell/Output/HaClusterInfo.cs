using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A cluster and how it is.</summary>
public sealed class HaClusterInfo
{
    /// <summary>The endpoints or the file of its store.</summary>
    public required string Name { get; init; }

    /// <summary><c>etcd</c>, <c>local</c> or <c>simulated</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its id, which its containers bear; null before the first agent or import made it.</summary>
    public string? Id { get; init; }

    /// <summary>The store's revision.</summary>
    public long Revision { get; init; }

    /// <summary>The machine that the engine runs on; null while there is none.</summary>
    public string? Leader { get; init; }

    /// <summary>Why nothing is re-placed just now, or null.</summary>
    public string? Holding { get; init; }

    /// <summary>How many machines are known.</summary>
    public int Machines { get; init; }

    /// <summary>How many of them are alive.</summary>
    public int MachinesAlive { get; init; }

    /// <summary>How many units are stored, templates not counted.</summary>
    public int Units { get; init; }

    /// <summary>Keys of the store whose values cannot be read, and why; they are left alone.</summary>
    public required IReadOnlyDictionary<string, string> Malformed { get; init; }

    /// <summary>The cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static HaClusterInfo Of(ClusterView view, HaCluster cluster) => new()
    {
        Name = view.Endpoint,
        Kind = cluster.Kind,
        Id = view.Id,
        Revision = view.Revision,
        Leader = view.Leader,
        Holding = view.Holding,
        Machines = view.Machines,
        MachinesAlive = view.MachinesAlive,
        Units = view.Units,
        Malformed = view.Malformed,
        Cluster = cluster,
    };
}
