using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>A machine as the Planner sees it.</summary>
/// <param name="Id">Its id.</param>
public sealed record PlanMachine(string Id)
{
    /// <summary>Whether its agent has a live session.</summary>
    public bool Alive { get; init; }

    /// <summary>Whether an operator has cordoned it.</summary>
    public bool Cordoned { get; init; }

    /// <summary>Whether its Docker Engine answers.</summary>
    public bool DockerAnswers { get; init; } = true;

    /// <summary>Whether it runs process units.</summary>
    public bool AllowProcess { get; init; }

    /// <summary>How many units it takes, or null for no limit.</summary>
    public int? MaxUnits { get; init; }

    /// <summary>Its metadata, the operator's over the agent's.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>A machine as the state has it; null when it has no record.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="id">The machine's id.</param>
    public static PlanMachine? Of(ClusterState state, string id)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Machines[id]?.Value is not { } record)
        {
            return null;
        }

        var metadata = new SortedDictionary<string, string>(record.Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in state.Metadata[id]?.Value.Values ?? [])
        {
            metadata[key] = value;
        }

        return new PlanMachine(id)
        {
            Alive = state.Sessions.Contains(id),
            Cordoned = state.Raw(state.Keys.Cordon(id)) is not null,
            DockerAnswers = record.DockerDownSince is null,
            AllowProcess = record.AllowProcess,
            MaxUnits = record.MaxUnits,
            Metadata = metadata,
        };
    }
}
