using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// What an engine has seen with its own eyes of units on machines whose Docker does not answer: since when their probes fail too. Another engine, and the same one
/// after a gap of the store, begins anew: no unit is given away for a time that nobody watched, nor by the clock of another machine. Nothing stops such a unit before
/// Docker is back: those that must never run twice do not count, nor do those that others are tied to.
/// </summary>
public sealed class Strandings
{
    /// <summary>How long a unit has to be stranded before it is given to another machine (PROTOCOL.md section 4).</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    private readonly SortedDictionary<string, Stranded> _stranded = new(StringComparer.Ordinal);

    /// <summary>When the next unit has been stranded for so long, as of the last look; null when none will have been.</summary>
    public DateTimeOffset? LookAt { get; private set; }

    /// <summary>Those that have been for so long, as of the last look, by machine and unit.</summary>
    public IReadOnlyList<(string Machine, string Unit)> Proven { get; private set; } = [];

    /// <summary>Nothing was seen for a while.</summary>
    public void Clear()
    {
        _stranded.Clear();
        LookAt = null;
        Proven = [];
    }

    /// <summary>Looks at what is stranded now.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="view">What is placed where, decisions under way included.</param>
    /// <param name="now">The time.</param>
    public void See(ClusterState state, PlacementView view, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(view);
        var before = new SortedDictionary<string, Stranded>(_stranded, StringComparer.Ordinal);
        var proven = new List<(string Machine, string Unit)>();
        Clear();
        foreach (var (machine, unit) in view.Dockerless.Where(state.Sessions.Contains).SelectMany(machine => state.Placements[machine].Names, (machine, unit) => (machine, unit)))
        {
            if (!IsStranded(state, view, machine, unit))
            {
                continue;
            }

            // What was well for a moment between two looks has other times.
            var key = $"{machine}/{unit}";
            var status = state.Status[machine, unit]!.Value;
            var one = new Stranded(status.Generation, state.Machines[machine]!.Value.DockerDownSince, status.HealthySince, now);
            one = before.TryGetValue(key, out var known) && known with { Since = now } == one ? known : one;
            _stranded.Add(key, one);
            var at = one.Since + Patience;
            if (at <= now)
            {
                proven.Add((machine, unit));
            }
            else
            {
                LookAt = Effects.Earliest.Of(LookAt, at);
            }
        }

        Proven = proven;
    }

    private static bool IsStranded(ClusterState state, PlacementView view, string machine, string unit)
    {
        var entry = state.Placements[machine, unit]!;
        return entry.Value.State == PlacementState.Run
            && state.Status[machine, unit]?.Value is { IsActive: true, Healthy: false } status
            && status.Generation == entry.CreateRevision
            && state.Units[unit] is { Value: { Desired: DesiredState.Launched } record }
            && state.Placed[unit]?.Value is { Leaving: null } placed && placed.Machine == machine && record.Move <= placed.Move
            && view.RulesOn(machine, unit) is { StopsOnIsolation: false, MachineOf.Count: 0 }
            && !view.FollowersOn(machine, unit).Any()
            && view.Places(unit).Contains(machine) && !view.Planner.IsLeaving(machine, unit);
    }

    private sealed record Stranded(long Generation, DateTimeOffset? SilentSince, DateTimeOffset? FailsSince, DateTimeOffset Since);
}
