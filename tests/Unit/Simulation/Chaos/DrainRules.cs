using HaWeb.Core.Cluster;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>Holds drains against their rules, by what is stored: one leader takes one instance of a service at a time, and never its last healthy backend unless it is forced.</summary>
/// <param name="state">What is stored.</param>
/// <param name="oracle">The units as their files have them.</param>
/// <param name="serves">Whether a backend of a service that is no unit has served once since a time.</param>
internal sealed class DrainRules(ClusterState state, PlacementOracle oracle, Func<string, DateTimeOffset, bool> serves)
{
    // A decision may have been long on its way: what was so when it was made counts.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(12);

    // Since when a unit on a machine is, or until when it was, a healthy backend.
    private readonly Dictionary<(string Machine, string Unit), (bool Healthy, DateTimeOffset Since)> _health = [];

    // The units that began to leave while the drain of their machine was forced: what follows them may take its time, and the word counts that they began with.
    private readonly HashSet<string> _forced = [];

    // The units that drains have taken and that have not arrived anywhere, with the leader that took them.
    private readonly SortedDictionary<string, (string Service, long Term)> _underWay = new(StringComparer.Ordinal);

    /// <summary>What is stored has changed.</summary>
    public void Changed(ClusterKey key, DateTimeOffset now)
    {
        if (key.Table == ClusterTable.Status)
        {
            var healthy = state.Status[key.Name, key.Item]?.Value is { Active: "active", Healthy: true };
            if (_health.GetValueOrDefault((key.Name, key.Item)).Healthy != healthy)
            {
                _health[(key.Name, key.Item)] = (healthy, now);
            }
        }

        if (key.Table == ClusterTable.Placed)
        {
            var placed = state.Placed[key.Name]?.Value;
            if (placed?.Leaving is null)
            {
                _forced.Remove(key.Name);
            }
            else if (state.Cordons[placed.Machine]?.Value is { Force: true })
            {
                _forced.Add(key.Name);
            }
        }

        foreach (var unit in _underWay.Keys.Where(HasArrived).ToList())
        {
            _underWay.Remove(unit);
        }
    }

    /// <summary>What is wrong with a unit's leaving a machine that is drained; null when nothing is.</summary>
    public string? Objection(string machine, string unit, PlacementRecord entry, DateTimeOffset now)
    {
        if (oracle.Definition(unit, entry.Hash).HaWeb.Service is not { } service)
        {
            return null;
        }

        var term = state.Engine?.CreateRevision ?? 0;
        if (_underWay.FirstOrDefault(other => other.Key != unit && other.Value == (service, term)).Key is { } before)
        {
            return $"{unit} leaves {machine} although {before}, another instance of {service}, has not arrived where it goes";
        }

        _underWay[unit] = (service, term);

        // Whether it is forced, and who is healthy, may have changed since the decision.
        var isForced = _forced.Contains(unit) || state.Cordons[machine]?.Value is null or { Force: true };
        var decided = now - OnItsWay;
        var othersServed = serves(service, decided) || state.Placements.Entries.Any(other =>
            other.Item != unit && oracle.Definition(other.Item, other.Entry.Value.Hash).HaWeb.Service == service && WasHealthy(other.Owner, other.Item, onceSince: decided));
        return isForced || othersServed || entry.Desired != DesiredState.Launched || !WasHealthy(machine, unit, throughoutSince: decided)
            ? null
            : $"{unit} leaves {machine}, which is drained, although no other instance of {service} is healthy";
    }

    private bool HasArrived(string unit)
    {
        if (state.Units[unit]?.Value is not { } record || record.Desired == DesiredState.Inactive)
        {
            return true;
        }

        // One that no machine takes by now is not waited for, nor one that its new machine's loss has sent elsewhere.
        if (state.Placed[unit] is null or { Value.Machine.Length: 0 })
        {
            return true;
        }

        return state.Placements.OwnersOf(unit).Any(machine =>
            state.Placements[machine, unit] is { Value.State: not PlacementState.Leave } entry
            && (record.Desired == DesiredState.Loaded || entry.Value.MovedFrom is null
                || (state.Status[machine, unit]?.Value is { } status && status.Generation == entry.CreateRevision && status is { Active: "active", Healthy: true } or { Active: "failed" } or { Active: "inactive", ExitCode: not null })));
    }

    private bool WasHealthy(string machine, string unit, DateTimeOffset? throughoutSince = null, DateTimeOffset? onceSince = null) =>
        _health.TryGetValue((machine, unit), out var one)
        && (one.Healthy ? throughoutSince is not { } from || one.Since <= from : onceSince is { } since && one.Since >= since);
}
