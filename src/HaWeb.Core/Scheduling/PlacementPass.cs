using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// One look over all units: what has to change so that the work lists say what operators want. Units are taken by name, so two engines decide alike.
/// </summary>
public sealed class PlacementPass
{
    private readonly ClusterState _state;
    private readonly ClusterKeys _keys;
    private readonly PlacementView _view;
    private readonly LossDetector _losses;
    private readonly DateTimeOffset _now;

    /// <summary>Makes one at a time.</summary>
    public PlacementPass(ClusterState state, PlacementView view, LossDetector losses, DateTimeOffset now)
    {
        _state = state;
        _keys = state.Keys;
        _view = view;
        _losses = losses;
        _now = now;
    }

    /// <summary>The steps, each of which stands in the view when it is given.</summary>
    /// <param name="most">How many at the most.</param>
    public IEnumerable<PlanStep> Steps(int most) => Units().Select(Decide).OfType<PlanStep>().Take(most);

    private SortedSet<string> Units()
    {
        var units = new SortedSet<string>(_state.Units.Names, UnitNameComparer.Instance);
        units.UnionWith(_state.Placed.Names);
        units.UnionWith(_state.Placements.Entries.Select(entry => entry.Item));
        return units;
    }

    private PlanStep? Decide(string unit)
    {
        var machines = _state.Placements.OwnersOf(unit);
        if (_state.Malformed.ContainsKey(_keys.Unit(unit)) || _state.Malformed.ContainsKey(_keys.Placed(unit)))
        {
            return null;
        }

        foreach (var machine in machines)
        {
            if (IsLost(machine))
            {
                return Replace(unit, machine);
            }

            if (Adjust(unit, machine, _state.Placements[machine, unit]!) is { } step)
            {
                return step;
            }
        }

        return machines.Count > 0 ? null : Place(unit, [], "");
    }

    /// <summary>Whether it is proven that a machine is lost; one that an operator has removed is lost without further proof.</summary>
    private bool IsLost(string machine) =>
        _losses.IsLost(machine, _now)
        || (_state.Raw(_keys.Machine(machine)) is null && _state.Raw(_keys.Alive(machine)) is null);

    /// <summary>The machine is lost: its entry goes, and the unit is placed elsewhere in the same transaction if it can be.</summary>
    private PlanStep Replace(string unit, string lost)
    {
        var entry = _state.Placements[lost, unit]!;
        _view.Unplace(lost, unit);
        var release = new StoreTransaction(
            [StoreCompare.Absent(_keys.Alive(lost)), StoreCompare.ModifiedAt(_keys.Placement(lost, unit), entry.ModRevision)],
            [new StoreWrite.Delete(_keys.Placement(lost, unit))]);
        if (_state.Placed[unit]?.Value.Machine is { } placed && placed != lost)
        {
            return new PlanStep(unit, $"taken off {lost}, which is lost", release);
        }

        return Place(unit, [release], $"its machine {lost} is lost; ")
            ?? new PlanStep(unit, $"waits for a machine: {lost} is lost and no other takes it", Join([release, Forget(unit)]));
    }

    private PlanStep? Adjust(string unit, string machine, Versioned<PlacementRecord> entry)
    {
        if (entry.Value.State == PlacementState.Leave)
        {
            return null;
        }

        var record = _state.Units[unit];
        var placed = _state.Placed[unit]?.Value.Machine;
        if (record is null || record.Value.Desired == DesiredState.Inactive || placed != machine)
        {
            var why = record is null ? "the unit was removed" : placed != machine ? $"it is placed on {placed ?? "no machine"}" : "an operator unloaded it";
            _view.Leave(machine, unit);
            return Rewrite(unit, machine, entry, record, entry.Value with { State = PlacementState.Leave, Desired = DesiredState.Inactive, Reason = why }, $"leaves {machine}: {why}");
        }

        var wanted = entry.Value with
        {
            Hash = record.Value.Hash,
            Desired = record.Value.Desired,
            State = record.Value.Desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop,
            Restart = record.Value.Restart,
        };
        if (wanted == entry.Value)
        {
            return null;
        }

        var action = wanted.State != entry.Value.State ? (wanted.State == PlacementState.Run ? "is started" : "is stopped")
            : wanted.Restart != entry.Value.Restart ? "is restarted" : "gets its new file";
        return Rewrite(unit, machine, entry, record, wanted, $"{action} on {machine}");
    }

    private PlanStep Rewrite(string unit, string machine, Versioned<PlacementRecord> entry, Versioned<UnitRecord>? record, PlacementRecord value, string reason) =>
        new(unit, reason, new StoreTransaction(
            [
                StoreCompare.ModifiedAt(_keys.Unit(unit), record?.ModRevision ?? 0),
                StoreCompare.ModifiedAt(_keys.Placement(machine, unit), entry.ModRevision),
            ],
            [new StoreWrite.Put(_keys.Placement(machine, unit), RecordCodec.Write(value))]));

    /// <summary>Places a unit that has no entry, or whose entry goes with <paramref name="before"/>; null when there is nothing to do or nowhere to go.</summary>
    private PlanStep? Place(string unit, IReadOnlyList<StoreTransaction> before, string reason)
    {
        var record = _state.Units[unit];
        var placed = _state.Placed[unit];
        if (record is null || record.Value.Desired == DesiredState.Inactive || _view.RulesOf(unit) is not { } rules)
        {
            return placed is null && before.Count == 0
                ? null
                : new PlanStep(unit, $"{reason}is placed nowhere now", Join([.. before, Forget(unit)]));
        }

        if (_view.Planner.Choose(rules, _view.AvoidedBy(unit, _now)) is not { } machine)
        {
            return placed is null || before.Count > 0 || placed.Value.Machine.Length == 0
                ? null
                : new PlanStep(unit, "waits for a machine that takes it", Forget(unit));
        }

        // A peer whose own placing is still under way may not come to be: it is waited for.
        if (rules.MachineOf.Any(peer => _state.Placements[machine, peer] is null))
        {
            return null;
        }

        _view.Place(machine, rules);
        var entry = new PlacementRecord
        {
            Hash = record.Value.Hash,
            Desired = record.Value.Desired,
            State = record.Value.Desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop,
            Restart = record.Value.Restart,
            Reason = reason + "placed by the engine",
        };
        var avoid = placed?.Value.Avoid ?? new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var placing = new StoreTransaction(
            [
                StoreCompare.ModifiedAt(_keys.Placed(unit), placed?.ModRevision ?? 0),
                StoreCompare.ModifiedAt(_keys.Unit(unit), record.ModRevision),
                StoreCompare.CreatedAt(_keys.Alive(machine), _state.Sessions[machine]!.CreateRevision),
                StoreCompare.Absent(_keys.Cordon(machine)),
                StoreCompare.ModifiedAt(_keys.Machine(machine), _state.Machines[machine]!.ModRevision),
                StoreCompare.ModifiedAt(_keys.Metadata(machine), _state.Raw(_keys.Metadata(machine))?.ModRevision ?? 0),
                StoreCompare.Absent(_keys.Placement(machine, unit)),
                .. rules.MachineOf.Select(peer => StoreCompare.ModifiedAt(_keys.Placement(machine, peer), _state.Placements[machine, peer]!.ModRevision)),
            ],
            [
                new StoreWrite.Put(_keys.Placed(unit), RecordCodec.Write(new PlacedRecord { Machine = machine, Avoid = avoid })),
                new StoreWrite.Put(_keys.Placement(machine, unit), RecordCodec.Write(entry)),
            ]);
        return new PlanStep(unit, $"{reason}placed on {machine}", Join([.. before, placing]));
    }

    private StoreTransaction Forget(string unit) => new(
        [StoreCompare.ModifiedAt(_keys.Placed(unit), _state.Placed[unit]?.ModRevision ?? 0)],
        [new StoreWrite.Delete(_keys.Placed(unit))]);

    private static StoreTransaction Join(IReadOnlyList<StoreTransaction> parts) =>
        new([.. parts.SelectMany(part => part.Compares)], [.. parts.SelectMany(part => part.Writes)]);
}
