using HaWeb.Core.Cluster;

namespace HaWeb.Core.Operations.Views;

/// <summary>A cluster as operators see it.</summary>
public sealed record ClusterView
{
    /// <summary>What holds its state.</summary>
    public required ClusterKind Kind { get; init; }

    /// <summary>Where its state is.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The cluster's id; null before the first agent or import.</summary>
    public string? Id { get; init; }

    /// <summary>The machine whose engine leads; null when no engine is running.</summary>
    public string? Leader { get; init; }

    /// <summary>How many machines are alive.</summary>
    public int MachinesAlive { get; init; }

    /// <summary>How many machines are known.</summary>
    public int Machines { get; init; }

    /// <summary>How many units are stored, without templates.</summary>
    public int Units { get; init; }

    /// <summary>Why nothing is re-placed just now; null when it is. Resume-HaCluster ends it.</summary>
    public string? Holding { get; init; }

    /// <summary>The store revision that this was read at.</summary>
    public long Revision { get; init; }

    /// <summary>Keys whose values cannot be read, and why. They are left alone.</summary>
    public required IReadOnlyDictionary<string, string> Malformed { get; init; }

    /// <summary>Makes it.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="kind">What holds its state.</param>
    /// <param name="endpoint">Where that is.</param>
    public static ClusterView Of(ClusterState state, ClusterKind kind, string endpoint)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new ClusterView
        {
            Kind = kind,
            Endpoint = endpoint,
            Id = state.Cluster?.Value.Id,
            Leader = state.Engine?.Value.Machine,
            MachinesAlive = state.Machines.Names.Count(state.Sessions.Contains),
            Machines = state.Machines.Count,
            Units = state.Units.Names.Count(name => !name.Contains("@.", StringComparison.Ordinal)),
            Holding = state.Engine?.Value.Holding,
            Revision = state.Revision,
            Malformed = new SortedDictionary<string, string>(state.Malformed.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        };
    }
}
