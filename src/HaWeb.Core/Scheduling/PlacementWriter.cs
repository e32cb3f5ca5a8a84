using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>The engine's decisions as transactions under their guards (PROTOCOL.md section 3), without that of the leader.</summary>
internal sealed class PlacementWriter(ClusterState state)
{
    private readonly ClusterKeys _keys = state.Keys;

    public static StoreTransaction Join(IReadOnlyList<StoreTransaction> parts) =>
        parts.Count == 1 ? parts[0] : new([.. parts.SelectMany(part => part.Compares).Distinct()], [.. parts.SelectMany(part => part.Writes)]);

    /// <summary>The entry of a lost machine goes, as long as it is lost.</summary>
    public StoreTransaction Release(string unit, string lost, Versioned<PlacementRecord> entry) => new(
        [StoreCompare.Absent(_keys.Alive(lost)), StoreCompare.ModifiedAt(_keys.Placement(lost, unit), entry.ModRevision)],
        [new StoreWrite.Delete(_keys.Placement(lost, unit))]);

    /// <summary>The entry on a machine whose Docker does not answer goes, as long as that is so and the unit's probes fail.</summary>
    public StoreTransaction Abandon(string unit, string machine, Versioned<PlacementRecord> entry) => new(
        [
            StoreCompare.ModifiedAt(_keys.Machine(machine), state.Machines[machine]!.ModRevision),
            StoreCompare.ModifiedAt(_keys.Status(machine, unit), state.Status[machine, unit]!.ModRevision),
            StoreCompare.ModifiedAt(_keys.Placement(machine, unit), entry.ModRevision),
        ],
        [new StoreWrite.Delete(_keys.Placement(machine, unit))]);

    public StoreTransaction Rewrite(string unit, string machine, Versioned<PlacementRecord> entry, Versioned<UnitRecord>? record, PlacementRecord value) => new(
        [
            StoreCompare.ModifiedAt(_keys.Unit(unit), record?.ModRevision ?? 0),
            StoreCompare.ModifiedAt(_keys.Placement(machine, unit), entry.ModRevision),
        ],
        [new StoreWrite.Put(_keys.Placement(machine, unit), RecordCodec.Write(value))]);

    public StoreTransaction Rewrite(string unit, Versioned<PlacedRecord> placed, PlacedRecord value) => new(
        [
            StoreCompare.ModifiedAt(_keys.Unit(unit), state.Units[unit]?.ModRevision ?? 0),
            StoreCompare.ModifiedAt(_keys.Placed(unit), placed.ModRevision),
        ],
        [new StoreWrite.Put(_keys.Placed(unit), RecordCodec.Write(value))]);

    /// <summary>The unit is placed nowhere, and nothing is remembered of it.</summary>
    public StoreTransaction Forget(string unit) => new(
        [StoreCompare.ModifiedAt(_keys.Placed(unit), state.Placed[unit]?.ModRevision ?? 0)],
        [new StoreWrite.Delete(_keys.Placed(unit))]);

    /// <summary>The unit waits for a machine: what it avoids and the machine that was lost with it are remembered, if there is something.</summary>
    public StoreTransaction Vacate(string unit, string? lost) => state.Placed[unit] is { } placed && (lost is not null || placed.Value.Avoid.Count > 0)
        ? Rewrite(unit, placed, placed.Value with { Machine = "", LostOn = lost, Leaving = null, Move = state.Units[unit]?.Value.Move ?? 0 })
        : Forget(unit);

    public StoreTransaction Place(
        string unit, string machine, Versioned<UnitRecord> record, Versioned<PlacedRecord>? placed, PlacementRules rules, string reason)
    {
        var place = new PlacedRecord { Machine = machine, Move = record.Value.Move, Avoid = placed?.Value.Avoid ?? new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal) };
        var entry = EntryOf(record, reason) with { MovedFrom = placed?.Value.Leaving is null ? null : placed.Value.Machine };
        var placing = PlaceOn(unit, machine, record, entry);
        return new(
            [
                StoreCompare.ModifiedAt(_keys.Placed(unit), placed?.ModRevision ?? 0),
                .. placing.Compares,
                .. rules.MachineOf.Select(peer => StoreCompare.ModifiedAt(_keys.Placement(machine, peer), state.Placements[machine, peer]!.ModRevision)),
            ],
            [new StoreWrite.Put(_keys.Placed(unit), RecordCodec.Write(place)), .. placing.Writes]);
    }

    /// <summary>A global unit has no <c>placed</c> key: it is placed once per machine.</summary>
    public StoreTransaction PlaceGlobal(string unit, string machine, Versioned<UnitRecord> record) =>
        PlaceOn(unit, machine, record, EntryOf(record, "runs on every machine that takes it"));

    public StoreTransaction EndResume(Versioned<ResumeRecord> resume) =>
        new([StoreCompare.ModifiedAt(_keys.Resume, resume.ModRevision)], [new StoreWrite.Delete(_keys.Resume)]);

    private static PlacementRecord EntryOf(Versioned<UnitRecord> record, string reason) => new()
    {
        Hash = record.Value.Hash,
        Desired = record.Value.Desired,
        State = record.Value.Desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop,
        Restart = record.Value.Restart,
        Reload = record.Value.Reload,
        Reason = reason,
    };

    private StoreTransaction PlaceOn(string unit, string machine, Versioned<UnitRecord> record, PlacementRecord entry) => new(
        [
            StoreCompare.ModifiedAt(_keys.Unit(unit), record.ModRevision),
            StoreCompare.CreatedAt(_keys.Alive(machine), state.Sessions[machine]!.CreateRevision),
            StoreCompare.Absent(_keys.Cordon(machine)),
            StoreCompare.ModifiedAt(_keys.Machine(machine), state.Machines[machine]!.ModRevision),
            StoreCompare.ModifiedAt(_keys.Metadata(machine), state.Raw(_keys.Metadata(machine))?.ModRevision ?? 0),
            StoreCompare.Absent(_keys.Placement(machine, unit)),
        ],
        [new StoreWrite.Put(_keys.Placement(machine, unit), RecordCodec.Write(entry))]);
}
