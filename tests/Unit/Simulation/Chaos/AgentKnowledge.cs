using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What one agent was told: the only thing that its decisions may rest on.</summary>
/// <param name="machine">Its machine.</param>
/// <param name="keys">The layout of the store.</param>
/// <param name="since">When it was started.</param>
/// <param name="earlier">The agent before it; null when it is the first one there. A stop that isolation has begun goes on with the next agent.</param>
internal sealed class AgentKnowledge(SimulatedMachine machine, ClusterKeys keys, DateTimeOffset since, AgentKnowledge? earlier)
{
    private readonly ClusterState _workList = new(keys);
    private readonly Dictionary<string, (PlacementRecord? Entry, DateTimeOffset Since)> _entries = [];
    private readonly Dictionary<string, DateTimeOffset> _unwanted = [];
    private readonly Dictionary<long, (string Host, int Port)> _probes = [];
    private readonly DateTimeOffset _since = since;
    private DateTimeOffset _acknowledged = since;
    private DateTimeOffset _grantAskedAt = since;
    private DateTimeOffset _heardAt = since;
    private DateTimeOffset _isolatedUntil = earlier?.IsIsolated(earlier._heardAt) == true ? since : DateTimeOffset.MinValue;

    /// <summary>Of everything that is probed: when it passed last, and how often it has failed since.</summary>
    public Dictionary<(string Host, int Port), (DateTimeOffset PassedAt, int Failures)> Probes { get; } = [];

    /// <summary>Whether its work list was read.</summary>
    public bool KnowsWorkList { get; private set; }

    /// <summary>What it knows of a unit on its work list, and since when.</summary>
    public (PlacementRecord? Entry, DateTimeOffset Since) Entry(string unit) => _entries.GetValueOrDefault(unit, (null, _since));

    /// <summary>The units that it knows to have a place here, with their files.</summary>
    public IEnumerable<(string Unit, string Hash)> Placed => _entries.Where(one => one.Value.Entry is not null).Select(one => (one.Key, one.Value.Entry!.Hash));

    /// <summary>When it last knew that a unit shall not run here, or not with the file that it had.</summary>
    public DateTimeOffset LastUnwanted(string unit) => _unwanted.GetValueOrDefault(unit, DateTimeOffset.MinValue);

    /// <summary>Whether its lease must have expired, or had a moment ago.</summary>
    public bool IsIsolated(DateTimeOffset now) => now - _acknowledged >= TimeSpan.FromSeconds(10) || now - _isolatedUntil < TimeSpan.FromSeconds(20);

    public void Asked(Effect effect, DateTimeOffset now)
    {
        if (effect is Effect.GrantLease)
        {
            _grantAskedAt = now;
        }

        if (effect is Effect.Probe { Id: var id, Request: var probe })
        {
            _probes[id] = (probe.Host, probe.Port);
        }
    }

    public void Told(Event happened, DateTimeOffset now)
    {
        _heardAt = now;
        switch (happened)
        {
            case Event.Followed { Prefix: var prefix, Update: var update } when prefix == keys.PlacementsOf(machine.Id):
                _workList.Apply(prefix, update);
                KnowsWorkList |= update is HaWeb.Core.Storage.StoreUpdate.Listed;
                foreach (var unit in _entries.Keys.Union(_workList.Placements[machine.Id].Names).ToList())
                {
                    var entry = _workList.Placements[machine.Id, unit]?.Value;
                    if (!_entries.TryGetValue(unit, out var before) || !Equals(before.Entry, entry))
                    {
                        if (before.Entry is { State: not PlacementState.Run } || (before.Entry is null && before.Since != default) || (before.Entry is not null && before.Entry.Hash != entry?.Hash))
                        {
                            _unwanted[unit] = now;
                        }

                        // A stop that is asked for in another way once more goes on.
                        _entries[unit] = (entry, now - before.Since < TimeSpan.FromSeconds(10) && before.Since != default ? before.Since : now);
                    }
                }

                break;
            case Event.LeaseKept { Alive: true } or Event.LeaseGranted:
                _isolatedUntil = IsIsolated(now) ? now : _isolatedUntil;
                _acknowledged = happened is Event.LeaseKept kept ? kept.SentAt : _grantAskedAt;
                break;
            case Event.Probed { Id: var id, Passed: var passed } when _probes.TryGetValue(id, out var probe):
                Probes[probe] = passed ? (now, 0) : Probes.GetValueOrDefault(probe) is var (passedAt, failures) ? (passedAt, failures + 1) : default;
                break;
        }
    }
}
