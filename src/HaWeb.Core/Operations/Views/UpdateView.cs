using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.Core.Operations.Views;

/// <summary>A rolling update as operators see it: under way, or the outcome of the last one.</summary>
public sealed record UpdateView
{
    /// <summary>The template or plain unit.</summary>
    public required string Name { get; init; }

    /// <summary>How far it is.</summary>
    public required UpdateState State { get; init; }

    /// <summary>Whether it waits for an operator.</summary>
    public bool Paused { get; init; }

    /// <summary>The hash of the file before.</summary>
    public required string From { get; init; }

    /// <summary>The hash of the new file.</summary>
    public required string To { get; init; }

    /// <summary>How many instances there are; a global unit counts once per machine.</summary>
    public int Total { get; init; }

    /// <summary>How many have what the update gives them, and have arrived.</summary>
    public int Done { get; init; }

    /// <summary>The instances that are on their way, by name; global ones as <c>UNIT/MACHINE</c>.</summary>
    public IReadOnlyList<string> UnderWay { get; init; } = [];

    /// <summary>Why it is paused, goes back or went back; while it goes on, what it waits for. Empty when there is nothing to say.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it was started.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it was over; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The update of a template or plain unit; null when there was none.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="name">The template's or unit's full name.</param>
    /// <param name="now">The time.</param>
    public static UpdateView? Find(ClusterState state, string name, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Updates[name] is not { Value: var update })
        {
            return null;
        }

        var members = RollingMember.Of(state, name, update).ToList();
        var underWay = update.Steps.Select(step => RollingMember.KeyOf(step.Unit, step.Machine)).ToList();
        var goal = update.State is UpdateState.Running or UpdateState.Done;
        return new UpdateView
        {
            Name = name,
            State = update.State,
            Paused = update.Paused,
            From = update.From,
            To = update.To,
            Total = members.Count,
            Done = members.Count(member => (member.Hash == update.To) == goal && !underWay.Contains(member.Key, StringComparer.Ordinal)),
            UnderWay = underWay,
            Reason = update.Reason ?? WaitOf(state, name, update, members, now),
            Started = update.Started,
            Ended = update.Ended,
        };
    }

    private static string WaitOf(ClusterState state, string name, UpdateRecord update, List<RollingMember> members, DateTimeOffset now)
    {
        if (!update.IsUnderWay)
        {
            return "";
        }

        if (update.Steps.Count > 0)
        {
            return string.Join("; ", update.Steps.Select(step => Describe(state, step, members.Find(member => member.Unit == step.Unit && member.Machine == step.Machine))));
        }

        // What the engine, which sees the same, would say. To ask it costs a look at every placed unit, which is spared while one is on its way.
        var rolling = new RollingUpdate(state, new PlacementView(state), name, now);
        rolling.Next();
        return rolling.Wait;
    }

    private static string Describe(ClusterState state, UpdateStep step, RollingMember? member)
    {
        if (member?.Place is not { } place)
        {
            return $"{step.Unit} waits for a machine";
        }

        if (!state.Sessions.Contains(place))
        {
            return $"{member.Key} is on {place}, which is not alive";
        }

        return state.Status[place, step.Unit]?.Value is { } status && status.Hash == member.Hash
            ? $"{member.Key} is {status.Active}/{status.Sub}{(status.Healthy is { } healthy ? healthy ? " and healthy" : " and not healthy" : "")}"
            : $"{member.Key} is stopped to get the file";
    }
}
