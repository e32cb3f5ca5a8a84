using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// What an operation would lead to: its transactions are committed to a copy of the store, and the engine's own passes run over it until nothing changes any more,
/// with agents that do at once what they are told. A rolling update that the operation starts or lets go on is played to its end, or to its next pause. What would
/// happen without the operation too is left out.
/// </summary>
public static class Forecast
{
    /// <summary>The places that would change, in the order people count units.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="steps">The operation's transactions.</param>
    /// <param name="now">The time; none passes.</param>
    public static IReadOnlyList<ForecastChange> Of(ClusterState state, IEnumerable<StoreTransaction> steps, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(steps);
        var without = new ForecastWorld(state);
        without.Settle(now);
        var with = new ForecastWorld(state);
        foreach (var step in steps)
        {
            with.Do(step);
        }

        with.Settle(now);
        var units = new SortedSet<string>(with.State.Units.Names, UnitNameComparer.Instance);
        units.UnionWith(state.Units.Names);
        units.UnionWith(state.Placements.Entries.Select(entry => entry.Item));
        var reasons = new PendingReasons(with.State);
        var stuck = without.Stuck(now).Select(stay => stay.Unit).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. with.Updated.Where(place => IsUpdated(place, without.State, with.State)).Select(place => new ForecastChange(place.Unit, place.Machine, place.Machine, false, with.FileReasonOf(place)) { IsUpdate = true, IsInterrupted = with.IsRestarted(place) }),
            .. units.SelectMany(unit => Compare(unit, state, without.State, with, reasons, now)),
            .. with.Stuck(now).Where(stay => !stuck.Contains(stay.Unit)).Select(stay => new ForecastChange(stay.Unit, stay.Machine, stay.Machine, false, stay.Wait)),
        ];
    }

    private static IEnumerable<ForecastChange> Compare(
        string unit, ClusterState present, ClusterState without, ForecastWorld with, PendingReasons reasons, DateTimeOffset now)
    {
        var record = with.State.Units[unit];
        var before = present.Placements.OwnersOf(unit);
        var after = with.State.Placements.OwnersOf(unit);
        var isWanted = record is { Value.Desired: not DesiredState.Inactive };
        var waits = isWanted && after.Count == 0 && !IsTemplate(unit);
        var isSame = after.SequenceEqual(without.Placements.OwnersOf(unit), StringComparer.Ordinal);
        if (isSame && !(waits && record!.ModRevision != present.Units[unit]?.ModRevision))
        {
            yield break;
        }

        var gone = before.Except(after, StringComparer.Ordinal).ToList();
        var come = after.Except(before, StringComparer.Ordinal).ToList();
        var why = waits ? reasons.Of(unit, now) : with.ReasonOf(unit);
        if (gone.Count == 1 && come.Count == 1 && with.State.Placed[unit] is not null)
        {
            yield return new ForecastChange(unit, gone[0], come[0], false, why) { IsInterrupted = true };
            yield break;
        }

        foreach (var machine in gone)
        {
            yield return new ForecastChange(unit, machine, null, waits, why) { IsInterrupted = true };
        }

        foreach (var machine in come)
        {
            yield return new ForecastChange(unit, null, machine, false, why);
        }

        if (waits && gone.Count == 0)
        {
            yield return new ForecastChange(unit, null, null, true, why);
        }
    }

    private static bool IsUpdated((string Machine, string Unit) place, ClusterState without, ClusterState with) =>
        with.Placements[place.Machine, place.Unit] is { } after && without.Placements[place.Machine, place.Unit] is { } before && after.Value.Hash != before.Value.Hash;

    private static bool IsTemplate(string unit) => UnitName.TryParse(unit, out var name, out _) && name.IsTemplate;
}
