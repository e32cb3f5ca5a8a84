using System.Globalization;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Simulation;

/// <summary>
/// A pretend cluster: one store, machines with pretend containers, and virtual time. The state machines in it are those of production, to the line.
/// Nothing in it is random: the same calls give the same history.
/// </summary>
public sealed class SimulatedWorld
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Sequence)> _queue = new();
    private readonly SortedDictionary<string, SimulatedMachine> _machines = new(StringComparer.Ordinal);
    private long _sequence;
    private DateTimeOffset? _expiryAt;

    /// <summary>Makes a world without machines.</summary>
    /// <param name="start">The virtual time that it begins at.</param>
    /// <param name="keys">The layout of the store.</param>
    public SimulatedWorld(DateTimeOffset start, ClusterKeys keys)
    {
        Now = start;
        Keys = keys;
    }

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The layout of the store.</summary>
    public ClusterKeys Keys { get; }

    /// <summary>The store.</summary>
    public StoreState Store { get; } = new();

    /// <summary>Whether the store answers anybody.</summary>
    public bool StoreIsUp { get; private set; } = true;

    /// <summary>The machines, by id.</summary>
    public IReadOnlyDictionary<string, SimulatedMachine> Machines => _machines;

    /// <summary>Sees and disturbs what happens; null for nobody.</summary>
    public ISimulationObserver? Observer { get; set; }

    /// <summary>What happened, one line each, oldest first.</summary>
    public IList<string> Trace { get; } = [];

    /// <summary>The time of the next event, or null when nothing is to come.</summary>
    public DateTimeOffset? NextEvent => _queue.TryPeek(out _, out var next) ? next.At : null;

    /// <summary>The cluster's state as the store has it now.</summary>
    public ClusterState Read()
    {
        var state = new ClusterState(Keys);
        state.Apply(Keys.Root, new StoreUpdate.Listed(Store.List(Keys.Root)));
        state.Apply(Keys.ServicesRoot, new StoreUpdate.Listed(Store.List(Keys.ServicesRoot)));
        return state;
    }

    /// <summary>Adds a machine that is switched off.</summary>
    public SimulatedMachine AddMachine(MachineRecord machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var added = new SimulatedMachine(this, machine);
        _machines.Add(machine.Id, added);
        return added;
    }

    /// <summary>An operator commits a transaction.</summary>
    /// <returns>Whether its guards held.</returns>
    public StoreCommit Commit(StoreTransaction transaction) => Change(store => store.Commit(transaction));

    /// <summary>The store stops answering. Leases do not run while it is down.</summary>
    public void StopStore()
    {
        StoreIsUp = false;
        Note("store", "is down");
        Reconnect();
    }

    /// <summary>The store answers again, and gives every lease its full time, as etcd does.</summary>
    /// <param name="leasesLost">Whether the leases ran out meanwhile instead, with all their keys.</param>
    public void StartStore(bool leasesLost = false)
    {
        StoreIsUp = true;
        Note("store", leasesLost ? "is up, and the leases that ran out are gone" : "is up");
        if (!leasesLost)
        {
            Store.RefreshLeases(Now);
        }

        Expire();
        ArmExpiry();
        Reconnect();
    }

    /// <summary>The leader's lease ends, as if its engine had been silent for too long.</summary>
    public void EndLeadership()
    {
        if (StoreIsUp && Store.Get(Keys.Engine) is { } engine)
        {
            Note("engine", "its lease ends");
            Change(store => store.RevokeLease(engine.Lease));
        }
    }

    /// <summary>Runs until nothing is to come before this time, and goes on to it.</summary>
    public void RunUntil(DateTimeOffset time)
    {
        while (_queue.TryPeek(out _, out var next) && next.At <= time)
        {
            Step();
        }

        Now = time;
    }

    /// <summary>Runs for a time.</summary>
    public void RunFor(TimeSpan time) => RunUntil(Now + time);

    /// <summary>Runs until a condition holds.</summary>
    /// <param name="condition">The condition, looked at after every event.</param>
    /// <param name="limit">The virtual time after which it gives up.</param>
    /// <returns>Whether it holds.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var end = Now + limit;
        while (!condition())
        {
            if (!_queue.TryPeek(out _, out var next) || next.At > end)
            {
                return false;
            }

            Step();
        }

        return true;
    }

    internal void At(DateTimeOffset time, Action action) => _queue.Enqueue(action, (time, ++_sequence));

    internal void After(TimeSpan delay, Action action) => At(Now + delay, action);

    internal void Note(string subject, string what) =>
        Trace.Add($"{Now.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {subject}: {what}");

    internal T Change<T>(Func<StoreState, T> change)
    {
        var before = Store.Revision;
        var result = change(Store);
        ArmExpiry();
        if (Store.Revision != before)
        {
            foreach (var machine in _machines.Values)
            {
                machine.StoreChanged();
            }
        }

        return result;
    }

    internal void Reconnect()
    {
        foreach (var machine in _machines.Values)
        {
            machine.StoreChanged();
        }
    }

    private void Step()
    {
        var action = _queue.TryDequeue(out var next, out var key) ? next : null;
        Now = key.At > Now ? key.At : Now;
        action?.Invoke();
    }

    private void ArmExpiry()
    {
        if (StoreIsUp && Store.NextExpiry is { } expiry && (_expiryAt is null || expiry < _expiryAt || _expiryAt < Now))
        {
            _expiryAt = expiry;
            At(expiry, Expire);
        }
    }

    private void Expire()
    {
        _expiryAt = null;
        if (StoreIsUp)
        {
            Change(store => store.Advance(Now));
        }
    }
}
