using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A machine of the cluster.</summary>
public sealed class HaMachine
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The address that its services are reached at.</summary>
    public required string Address { get; init; }

    /// <summary><c>alive</c>, or <c>lost</c> when its agent has no session.</summary>
    public required string State { get; init; }

    /// <summary>How many units are placed on it, leaving ones included.</summary>
    public int Units { get; init; }

    /// <summary>How many units it takes; null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Its metadata: the agent's, and over it the operator's.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>How its Docker Engine is reached.</summary>
    public string? Docker { get; init; }

    /// <summary>Since when its Docker Engine does not answer; null while it does.</summary>
    public DateTimeOffset? DockerDownSince { get; init; }

    /// <summary>The version of HaWeb that its agent runs.</summary>
    public string? Version { get; init; }

    /// <summary>Since when it is alive; of a lost one, when its agent last wrote its record.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Whether it gets no new units.</summary>
    public bool Cordoned { get; init; }

    /// <summary>Whether its units are moved away.</summary>
    public bool Draining { get; init; }

    /// <summary>Whether all its units but global ones, which stay, have been moved away.</summary>
    public bool Drained { get; init; }

    /// <summary>Why it is cordoned, in the operator's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => Id;

    internal static HaMachine Of(MachineView view, HaCluster cluster) => new()
    {
        Id = view.Id,
        Name = view.Name,
        Address = view.Address,
        State = view.State.ToString().ToLowerInvariant(),
        Units = view.Units,
        MaxUnits = view.MaxUnits,
        Metadata = view.Metadata,
        Docker = view.Docker,
        DockerDownSince = view.DockerDownSince,
        Version = view.Version,
        Since = view.Since,
        Cordoned = view.Cordoned,
        Draining = view.Draining,
        Drained = view.Drained,
        Reason = view.Reason,
        Cluster = cluster,
    };
}
