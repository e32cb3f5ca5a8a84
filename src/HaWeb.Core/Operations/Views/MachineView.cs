using HaWeb.Core.Cluster;

namespace HaWeb.Core.Operations.Views;

/// <summary>A machine as operators see it.</summary>
public sealed record MachineView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The address that its services are reached at.</summary>
    public required string Address { get; init; }

    /// <summary>Whether it is there.</summary>
    public required MachineStanding State { get; init; }

    /// <summary>How many units are placed on it, leaving ones included.</summary>
    public required int Units { get; init; }

    /// <summary>How many it takes; null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Its metadata, the operator's over the agent's.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>How its Docker Engine is reached.</summary>
    public string Docker { get; init; } = "";

    /// <summary>Since when its Docker Engine does not answer; null while it does.</summary>
    public DateTimeOffset? DockerDownSince { get; init; }

    /// <summary>The version of HaWeb that its agent runs.</summary>
    public string Version { get; init; } = "";

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

    /// <summary>All machines, by id.</summary>
    public static IEnumerable<MachineView> All(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Machines.Entries.Select(machine => Of(state, machine.Key, machine.Value.Value));
    }

    /// <summary>One machine; null when there is none of this id.</summary>
    public static MachineView? Find(ClusterState state, string id)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Machines[id] is { } machine ? Of(state, id, machine.Value) : null;
    }

    private static MachineView Of(ClusterState state, string id, MachineRecord record)
    {
        var metadata = new SortedDictionary<string, string>(record.Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in state.Metadata[id]?.Value.Values ?? [])
        {
            metadata[key] = value;
        }

        var session = state.Sessions[id]?.Value;
        var cordon = state.Cordons[id]?.Value;
        return new MachineView
        {
            Id = id,
            Name = record.Name,
            Address = record.Address,
            State = session is null ? MachineStanding.Lost : MachineStanding.Alive,
            Units = state.Placements[id].Count,
            MaxUnits = record.MaxUnits,
            Metadata = metadata,
            Docker = record.Docker,
            DockerDownSince = record.DockerDownSince,
            Version = record.AgentVersion,
            Since = session?.Since ?? record.LastSeen,
            Cordoned = state.Raw(state.Keys.Cordon(id)) is not null,
            Draining = cordon is { Drain: true },
            Drained = cordon is { Drain: true } && state.Placements[id].Names.All(unit => !state.Placed.Contains(unit)),
            Reason = cordon?.Reason,
        };
    }
}
