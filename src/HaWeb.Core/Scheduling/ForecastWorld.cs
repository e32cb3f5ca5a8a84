using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>A copy of a cluster in which the engine's passes are carried out at once, and so is what agents are told.</summary>
internal sealed class ForecastWorld
{
    // A pass that finds no end would be a fault of the engine; the forecast says then what it has come to.
    private const int MostRounds = 10_000;
    private const int AnyPort = 80;

    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(1);

    private readonly StoreState _store;
    private readonly PlacementView _view;
    private readonly UnitCatalog _catalog;
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Machine, string Unit), string> _formerHashes = [];
    private readonly List<(string Machine, string Unit)> _updated = [];
    private bool _playsUpdates;
    private readonly SortedSet<(string Machine, string Unit)> _told = new(Comparer<(string Machine, string Unit)>.Create(static (left, right) =>
        string.CompareOrdinal(left.Machine, right.Machine) is var byMachine and not 0 ? byMachine : string.CompareOrdinal(left.Unit, right.Unit)));

    public ForecastWorld(ClusterState state)
    {
        var leases = state.Entries.Where(entry => entry.Lease != 0).Select(entry => entry.Lease).Distinct().Order().ToList();
        _store = new StoreState(new StoreSnapshot(
            StoreSnapshot.CurrentFormat,
            1,
            Math.Max(1, state.Entries.Select(entry => entry.ModRevision).DefaultIfEmpty(1).Max()),
            leases.Count == 0 ? 0 : leases[^1],
            [.. state.Entries],
            [.. leases.Select(lease => new StoreLease(lease, LongAgo, DateTimeOffset.MaxValue))]));
        State = new ClusterState(state.Keys);
        State.Apply("", new StoreUpdate.Listed(_store.List("")));
        _view = new PlacementView(State);
        _catalog = new UnitCatalog(State);
        var standing = new UnitStanding(State, _view);
        foreach (var (machine, unit, entry) in State.Placements.Entries)
        {
            var status = State.Status[machine, unit]?.Value;
            if (entry.Value.State == PlacementState.Leave || status is null
                || status.Generation != entry.CreateRevision || status.Hash != entry.Value.Hash || status.Restart != entry.Value.Restart
                || (_view.RulesOn(machine, unit).Balances.Count > 0 && standing.IsUnheard(machine, unit)))
            {
                _told.Add((machine, unit));
            }
        }
    }

    /// <summary>The cluster as it has become.</summary>
    public ClusterState State { get; }

    /// <summary>What the engine said when it last did something about a unit; empty when it did nothing.</summary>
    public string ReasonOf(string unit) => _reasons.GetValueOrDefault(unit, "");

    /// <summary>The placed units that got another file where they are, in the order in which they got it.</summary>
    public IReadOnlyList<(string Machine, string Unit)> Updated => _updated;

    /// <summary>What the file that a placed unit got makes it do.</summary>
    public string FileReasonOf((string Machine, string Unit) place) =>
        State.Placements[place.Machine, place.Unit] is not { Value.State: PlacementState.Run } ? "it does not run"
        : IsRestarted(place) ? "it restarts there"
        : "it runs on, since nothing of [Service] changes";

    /// <summary>Whether the file that a placed unit got makes it restart.</summary>
    public bool IsRestarted((string Machine, string Unit) place) =>
        State.Placements[place.Machine, place.Unit] is { Value: { State: PlacementState.Run } entry }
        && _catalog.Find(place.Unit, entry.Hash)?.RunHash != _catalog.Find(place.Unit, _formerHashes[place])?.RunHash;

    /// <summary>The units that stay on drained machines, each with its machine and what it waits for.</summary>
    public IEnumerable<(string Unit, string Machine, string Wait)> Stuck(DateTimeOffset now) =>
        new Drains(State, _view, now).Judge().Where(answer => answer.Wait is not null).Select(answer => (answer.Unit, answer.Machine, answer.Wait!)).ToList();

    /// <summary>Commits what an operator does. The rolling updates that it is about are played, also where time would have to pass.</summary>
    public void Do(StoreTransaction transaction)
    {
        Commit(transaction);
        _playsUpdates |= transaction.Writes.Any(write => State.Keys.Parse(write.Key) is { Table: ClusterTable.Updates });
    }

    /// <summary>Commits a transaction; whether its guards held.</summary>
    public bool Commit(StoreTransaction transaction)
    {
        var before = _store.Revision;
        if (!_store.Commit(transaction).Succeeded)
        {
            return false;
        }

        var events = _store.EventsFrom("", before + 1);
        foreach (var one in events.Where(one => one is { Previous: not null, Entry: not null }))
        {
            NoteFile(one);
        }

        foreach (var key in State.Apply("", new StoreUpdate.Changed(_store.Revision, events)))
        {
            _view.Changed(key);
            if (key.Table == ClusterTable.Placements)
            {
                _told.Add((key.Name, key.Item));
            }
        }

        return true;
    }

    /// <summary>Lets the engine and the agents act until nothing is left to do.</summary>
    public void Settle(DateTimeOffset now)
    {
        var losses = Losses(now);
        for (var round = 0; round < MostRounds; round++)
        {
            var acted = ActAsAgents();
            foreach (var step in new PlacementPass(State, _view, losses, now).Steps(int.MaxValue))
            {
                if (Commit(step.Transaction))
                {
                    _reasons[step.Unit] = step.Reason;
                    acted = true;
                }
                else
                {
                    _view.Retry(step.Unit);
                }
            }

            if (!acted && (!_playsUpdates || _view.Agenda.UpdatesAt is null))
            {
                return;
            }

            now = acted ? now : _view.Agenda.UpdatesAt!.Value;
        }
    }

    private void NoteFile(StoreEvent change)
    {
        if (State.Keys.Parse(change.Key) is { Table: ClusterTable.Placements } key
            && RecordCodec.TryRead<PlacementRecord>(change.Previous!.Value, out _) is { } before
            && RecordCodec.TryRead<PlacementRecord>(change.Entry!.Value, out _) is { } after
            && before.Hash != after.Hash
            && _formerHashes.TryAdd((key.Name, key.Item), before.Hash))
        {
            _updated.Add((key.Name, key.Item));
        }
    }

    /// <summary>Only what operators call lost is lost: for all else time would have to pass.</summary>
    private LossDetector Losses(DateTimeOffset now)
    {
        var before = now - LongAgo;
        var losses = new LossDetector(TimeSpan.MaxValue);
        losses.Connected(before);
        foreach (var machine in State.Sessions.Names)
        {
            losses.Present(machine, before);
        }

        foreach (var machine in State.Resume?.Value.Machines.Where(machine => !State.Sessions.Contains(machine)) ?? [])
        {
            losses.Absent(machine, seen: true, TimeSpan.FromSeconds(State.Machines[machine]?.Value.LeaseSeconds ?? 1), before);
        }

        losses.Release(State.Resume?.Value.Machines ?? [], now);
        return losses;
    }

    private bool ActAsAgents()
    {
        var told = _told.ToList();
        _told.Clear();
        foreach (var (machine, unit) in told)
        {
            if (State.Sessions[machine] is { Lease: var lease })
            {
                Act(machine, unit, lease);
            }
        }

        return told.Count > 0;
    }

    private void Act(string machine, string unit, long lease)
    {
        var entry = State.Placements[machine, unit];
        var backend = BackendOf(machine, unit, entry);
        var writes = new List<StoreWrite>();
        if (entry is null or { Value.State: PlacementState.Leave })
        {
            writes.Add(new StoreWrite.Delete(State.Keys.Placement(machine, unit)));
            writes.Add(new StoreWrite.Delete(State.Keys.Status(machine, unit)));
        }
        else
        {
            var runs = entry.Value.State == PlacementState.Run;
            writes.Add(new StoreWrite.Put(
                State.Keys.Status(machine, unit),
                RecordCodec.Write(new StatusRecord
                {
                    Active = runs ? "active" : "inactive",
                    Sub = runs ? "running" : "dead",
                    Hash = entry.Value.Hash,
                    Generation = entry.CreateRevision,
                    Restart = entry.Value.Restart,
                    Reload = entry.Value.Reload,
                    Healthy = runs ? true : null,
                }),
                lease));
        }

        if (entry is { Value.State: PlacementState.Run } && _view.RulesOn(machine, unit).Balances is { Count: > 0 } services && State.Balancers[machine, unit] is null)
        {
            writes.Add(new StoreWrite.Put(State.Keys.Balancer(machine, unit), RecordCodec.Write(new BalancerRecord { Services = [.. services] }), lease));
        }

        if (backend is not null)
        {
            writes.Add(entry is { Value.State: PlacementState.Run } ? new StoreWrite.Put(backend, Address(machine), lease) : new StoreWrite.Delete(backend));
        }

        Commit(new StoreTransaction([], writes));
        _told.Remove((machine, unit));
    }

    /// <summary>The key of a unit's backend; null when it has none.</summary>
    private string? BackendOf(string machine, string unit, Versioned<PlacementRecord>? entry)
    {
        var hash = entry?.Value.Hash ?? State.Units[unit]?.Value.Hash;
        if (hash is null || _catalog.Find(unit, hash) is not { HaWeb.Service: { } service } definition)
        {
            return null;
        }

        var instance = UnitName.Parse(unit).NameWithoutSuffix;
        return State.Keys.Backend(service, definition.Fleet.IsGlobal ? $"{instance}/{machine}" : instance);
    }

    private string Address(string machine) =>
        new Backend(IPAddress.TryParse(State.Machines[machine]?.Value.Address, out var address) ? address : IPAddress.Loopback, AnyPort).ToString();
}
