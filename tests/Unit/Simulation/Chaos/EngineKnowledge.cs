using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What one engine was told of machines that are gone, and what it may conclude from it (PROTOCOL.md section 3, "Loss needs proof").</summary>
internal sealed class EngineKnowledge(ClusterKeys keys, PlacementOracle oracle)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GapTolerance = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (DateTimeOffset At, bool WasSeen, bool HasLost)> _gone = [];
    private readonly HashSet<string> _released = [];

    // Since when a unit's probes fail on a machine whose Docker does not answer.
    private readonly Dictionary<(string Machine, string Unit), DateTimeOffset> _stranded = [];
    private DateTimeOffset? _watchedSince;
    private DateTimeOffset _unbrokenSince;
    private DateTimeOffset _gapEnd = DateTimeOffset.MinValue;
    private DateTimeOffset _lastContact;
    private DateTimeOffset _connectedAt;
    private bool _isBroken;

    /// <summary>The machines that vanished together and are not back: while there are any, nothing is re-placed.</summary>
    public IReadOnlyCollection<string> Held { get; private set; } = [];

    /// <summary>What is stored, as far as it was told.</summary>
    public ClusterState State { get; private set; } = new(keys);

    public void Told(Event happened, DateTimeOffset now)
    {
        switch (happened)
        {
            // It follows who leads all the time: with that it watches the store before it leads.
            case Event.Followed { Prefix: var prefix, Update: var update } when prefix == keys.Engine:
                _watchedSince = update is StoreUpdate.Interrupted ? null : _watchedSince ?? now;
                break;
            case Event.Followed { Prefix: var prefix, Update: var update } when prefix == keys.Root:
                Followed(update, now);
                break;
            case Event.Answer and not Event.StoreFailed:
                _lastContact = now;
                break;
        }
    }

    private void Followed(StoreUpdate update, DateTimeOffset now)
    {
        if (update is StoreUpdate.Interrupted)
        {
            _isBroken = true;
            _stranded.Clear();
            return;
        }

        if (update is StoreUpdate.Listed && !_isBroken)
        {
            // It begins to lead, and judges everything afresh.
            _unbrokenSince = _gapEnd = _watchedSince ?? now;
            _gone.Clear();
            Held = [];
        }
        else if (_isBroken && now - _lastContact > GapTolerance)
        {
            _unbrokenSince = _gapEnd = now;
        }

        _connectedAt = update is StoreUpdate.Listed || _isBroken ? now : _connectedAt;
        _lastContact = now;
        _isBroken = false;
        var isListing = update is StoreUpdate.Listed;
        if (isListing)
        {
            State = new ClusterState(keys);
            _stranded.Clear();
        }

        State.Apply(keys.Root, update);
        var stranded = State.Status.Entries.Where(one => IsStranded(State, one.Owner, one.Item)).Select(one => (one.Owner, one.Item)).ToHashSet();
        foreach (var gone in _stranded.Keys.Where(one => !stranded.Contains(one)).ToList())
        {
            _stranded.Remove(gone);
        }

        foreach (var one in stranded)
        {
            _stranded.TryAdd(one, now);
        }

        foreach (var machine in State.Machines.Names)
        {
            if (State.Sessions.Contains(machine))
            {
                _gone.Remove(machine);
            }
            else
            {
                _gone.TryAdd(machine, (now, !isListing, !isListing || HasOrdinaryUnits(machine)));
            }
        }

        JudgeHold(now);
    }

    /// <summary>Whether a unit's probes fail on a machine whose Docker does not answer.</summary>
    public static bool IsStranded(ClusterState state, string machine, string unit) =>
        state.Machines[machine]?.Value.DockerDownSince is not null && state.Status[machine, unit]?.Value is { Active: "active", Healthy: false };

    /// <summary>Whether it has seen for a minute that a unit is stranded so, and takes it away only if it still is.</summary>
    public bool MayAbandon(string machine, string unit, StoreTransaction transaction, DateTimeOffset now) =>
        _stranded.TryGetValue((machine, unit), out var since) && now - since >= TimeSpan.FromSeconds(60)
        && transaction.Compares.Contains(StoreCompare.ModifiedAt(keys.Machine(machine), State.Machines[machine]!.ModRevision))
        && transaction.Compares.Contains(StoreCompare.ModifiedAt(keys.Status(machine, unit), State.Status[machine, unit]!.ModRevision));

    /// <summary>Whether it may take a machine for lost.</summary>
    public bool HasProof(string machine, DateTimeOffset now)
    {
        if (_isBroken || !_gone.TryGetValue(machine, out var gone))
        {
            return false;
        }

        var isProof = gone.WasSeen && gone.At - _unbrokenSince >= TimeToLive && gone.At - _gapEnd >= 2 * TimeToLive;
        return isProof || now - (gone.At > _connectedAt ? gone.At : _connectedAt) >= TimeToLive;
    }

    private void JudgeHold(DateTimeOffset now)
    {
        _gone.Keys.Where(machine => !State.Machines.Contains(machine)).ToList().ForEach(machine => _gone.Remove(machine));
        _released.UnionWith(State.Resume?.Value.Machines ?? []);
        _released.IntersectWith(_gone.Keys);
        var together = _gone.Where(gone => gone.Value.HasLost && !_released.Contains(gone.Key) && (Held.Contains(gone.Key) || now - gone.Value.At <= TimeToLive)).Select(gone => gone.Key).ToList();
        Held = together.Count >= 2 && 2 * together.Count > State.Sessions.Count + together.Count ? together : [];
    }

    // One that was gone before this engine looked has vanished with nobody, unless it has something to lose.
    private bool HasOrdinaryUnits(string machine) => State.Placements[machine].Entries.Any(entry => !oracle.IsGlobal(entry.Key, entry.Value.Value.Hash));
}
