using System.Globalization;
using HaWeb.Core.Cluster;
using HaWeb.Core.LoadBalancing;
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
    private readonly FollowingIndex _followings = new();
    private long _sequence;
    private DateTimeOffset? _expiryAt;

    /// <summary>Makes a world without machines.</summary>
    /// <param name="start">The virtual time that it begins at.</param>
    /// <param name="keys">The layout of the store.</param>
    public SimulatedWorld(DateTimeOffset start, ClusterKeys keys)
    {
        Now = start;
        Keys = keys;
        Addresses = new SimulatedAddresses(this);
        Servers = new SimulatedServers(this);
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

    /// <summary>The addresses that balancers share.</summary>
    public SimulatedAddresses Addresses { get; }

    /// <summary>The servers that are no machines of it.</summary>
    public SimulatedServers Servers { get; }

    /// <summary>Sees and disturbs what happens; null for nobody.</summary>
    public ISimulationObserver? Observer { get; set; }

    /// <summary>What makes the machines' balancer configs from templates; null for nothing.</summary>
    public ITemplateEngine? Templates { get; init; }

    /// <summary>What happened, one line each, oldest first.</summary>
    public IList<string> Trace { get; } = [];

    /// <summary>How often something changed that is more than routine: a key, a container, a config, or what a fault changes.</summary>
    public long Changes { get; private set; }

    /// <summary>When the last such change was.</summary>
    public DateTimeOffset LastChange { get; private set; }

    /// <summary>
    /// Whether no unit waits for a time that its file sets, and every probe since the last change has said what its unit is taken for. Times of the protocol
    /// are not looked at: each is over when nothing has changed for <see cref="Quiet"/>.
    /// </summary>
    public bool IsAtRest => _machines.Values.All(machine => machine.IsAtRest(LastChange + SimulatedTimes.Boot));

    /// <summary>When nothing has changed for so long, every time of the protocol is over.</summary>
    public TimeSpan Quiet => _machines.Values.All(machine => machine is { ReachesStore: true, DockerIsUp: true, AgentRuns: true })
        ? SimulatedTimes.Quiet
        : SimulatedTimes.QuietInTrouble;

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

    /// <summary>Uses the store as one of its clients; whoever follows what changes hears of it.</summary>
    public T Change<T>(Func<StoreState, T> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var before = Store.Revision;
        var result = change(Store);
        ArmExpiry();
        if (Store.Revision != before)
        {
            Touch();
            foreach (var happened in Store.EventsFrom("", before + 1))
            {
                foreach (var following in _followings.Of(happened.Key))
                {
                    following.Hear(happened);
                }
            }
        }

        return result;
    }

    /// <summary>Drops old history; every follower that reaches the store has heard of it.</summary>
    /// <param name="changes">How many changes stay at most.</param>
    public void TrimHistory(int changes) => Store.TrimHistory(changes);

    /// <summary>The store stops answering. Leases do not run while it is down.</summary>
    public void StopStore()
    {
        StoreIsUp = false;
        Note("store", "is down");
        Touch();
        Reconnect();
    }

    /// <summary>The store answers again, and gives every lease its full time, as etcd does.</summary>
    /// <param name="leasesLost">Whether the leases ran out meanwhile instead, with all their keys.</param>
    public void StartStore(bool leasesLost = false)
    {
        StoreIsUp = true;
        Note("store", leasesLost ? "is up, and the leases that ran out are gone" : "is up");
        Touch();
        if (!leasesLost)
        {
            Store.RefreshLeases(Now);
        }

        Expire();
        ArmExpiry();
        Reconnect();
    }

    /// <summary>The leader's lease ends, as if its engine had been silent for too long; it hears of it after the others.</summary>
    public void EndLeadership()
    {
        if (StoreIsUp && Store.Get(Keys.Engine) is { } engine)
        {
            Note("engine", "its lease ends");
            foreach (var machine in _machines.Values.Where(machine => machine.Leads))
            {
                machine.DelayEngine(Now + SimulatedTimes.Silence);
            }

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

    /// <summary>Runs until the next timer elapses, or until a time if none does before. What that brings about is still to come then.</summary>
    /// <returns>Whether a timer is to elapse at all.</returns>
    public bool RunToNextElapse(DateTimeOffset end)
    {
        if (_machines.Values.Min(machine => machine.NextElapse) is not { } next)
        {
            return false;
        }

        if (next < end)
        {
            RunUntil(next > Now ? next : Now);
            Touch();
        }
        else
        {
            RunUntil(end);
        }

        return true;
    }

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

    /// <summary>Something changed that is more than routine.</summary>
    internal void Touch()
    {
        Changes++;
        LastChange = Now;
    }

    internal void Follow(SimulatedFollowing following) => _followings.Add(following);

    internal void Unfollow(SimulatedFollowing following) => _followings.Remove(following);

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
