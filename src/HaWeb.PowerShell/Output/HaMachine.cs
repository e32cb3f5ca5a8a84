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

    /// <summary><c>ready</c>, <c>cordoned</c>, <c>draining</c>, <c>no docker</c> or <c>down</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether its agent's session lives.</summary>
    public bool Alive { get; init; }

    /// <summary>Whether the engine runs on it.</summary>
    public bool Leader { get; init; }

    /// <summary>How many units are placed on it.</summary>
    public int Units { get; init; }

    /// <summary>How many units it takes; null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Its metadata: the agent's, and over it the operator's.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Whether it runs process units.</summary>
    public bool AllowProcess { get; init; }

    /// <summary>How its Docker Engine is reached.</summary>
    public string? Docker { get; init; }

    /// <summary>Since when its Docker Engine does not answer; null while it does.</summary>
    public DateTimeOffset? DockerDownSince { get; init; }

    /// <summary>The version of HaWeb that its agent runs.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Since when its session lives.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When its agent last described it.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
