using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Simulation;
using HaWeb.Core.Storage;
using HaWeb.Core.Supervision;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// Watches a simulated world and holds everything that is stored and everything that is asked of Docker against the rules of PROTOCOL.md section 6.
/// It judges an agent by what that agent was told, and the outcome by what is stored and what runs.
/// </summary>
internal sealed class RuleBook : ISimulationObserver
{
    private readonly SimulatedWorld _world;
    private readonly Func<IStateMachine, Effect, Disturbance> _disturb;
    private readonly Dictionary<IStateMachine, AgentKnowledge> _agents = [];
    private readonly Dictionary<string, AgentKnowledge> _agentOf = [];
    private readonly List<(string Service, long Revision, bool Expired)> _withdrawals = [];
    private readonly Dictionary<SimulatedContainer, string?> _served = [];
    private readonly Dictionary<IStateMachine, EngineKnowledge> _engines = [];
    private readonly DrainRules _drains;
    private readonly StopRules _stops;
    private readonly BindingRules _bindings;
    private readonly ExternalKnowledge _external = new();
    private long _changes = -1;

    public RuleBook(SimulatedWorld world, Func<IStateMachine, Effect, Disturbance> disturb)
    {
        _world = world;
        _disturb = disturb;
        State = new ClusterState(world.Keys);
        Oracle = new PlacementOracle(State);
        _drains = new DrainRules(State, Oracle, (service, since) => _external.Answered(State, service, onceSince: since));
        _stops = new StopRules(world, State, Oracle);
        _bindings = new BindingRules(world, Oracle, machine => IsDisturbed || !machine.AgentRuns || !machine.DockerIsUp || !_agentOf[machine.Id].KnowsWorkList);
        Processes = new ProcessRules(world, _stops);
        Revision = world.Store.Revision;
        world.Observer = this;
    }

    /// <summary>What is stored, as of the last check.</summary>
    public ClusterState State { get; }

    /// <summary>What placements are held against.</summary>
    public PlacementOracle Oracle { get; }

    /// <summary>What processes are held against.</summary>
    public ProcessRules Processes { get; }

    /// <summary>Whether requests and answers are disturbed at present.</summary>
    public bool IsDisturbed { get; set; }

    /// <summary>The revision up to which everything was checked.</summary>
    public long Revision { get; private set; }

    public Disturbance Asked(SimulatedMachine machine, IStateMachine by, Effect effect)
    {
        switch (effect)
        {
            case Effect.Commit commit when by is Engine:
                CheckEngineWrite(machine, _engines[by], commit.Transaction);
                break;
            case Effect.Commit commit:
                CheckAgentWrite(machine, _agents[by], commit.Transaction);
                break;
            case Effect.Docker docker:
                CheckDocker(machine, _agents[by], docker.Request);
                break;
            case Effect.Process process:
                Processes.Asked(machine, _agents[by], process.Request);
                break;
        }

        if (by is MachineSupervisor)
        {
            _agents[by].Asked(effect, _world.Now);
            _external.Asked(machine.Id, by, effect);
        }

        return _disturb(by, effect);
    }

    public void Telling(SimulatedMachine machine, IStateMachine by, Event happened)
    {
        if (by is Engine)
        {
            if (!_engines.TryGetValue(by, out var engine))
            {
                _engines.Add(by, engine = new EngineKnowledge(_world.Keys, Oracle));
            }

            engine.Told(happened, _world.Now);
            return;
        }

        if (by is not MachineSupervisor)
        {
            return;
        }

        if (!_agents.TryGetValue(by, out var agent))
        {
            _agents.Add(by, agent = new AgentKnowledge(machine, _world.Keys, _world.Now, _agentOf.GetValueOrDefault(machine.Id)));
            _agentOf[machine.Id] = agent;
        }

        agent.Told(happened, _world.Now);
        _external.Told(machine.Id, by, happened);
    }

    /// <summary>Checks what has happened since the last call. To be called after every event.</summary>
    public void Check()
    {
        if (_world.Store.Revision != Revision)
        {
            foreach (var change in _world.Store.EventsFrom("", Revision + 1).GroupBy(one => one.Revision))
            {
                Check(change.Key, [.. change]);
            }

            Revision = _world.Store.Revision;
        }

        _bindings.Check();
        if (_world.Changes == _changes)
        {
            return;
        }

        _changes = _world.Changes;
        Processes.Check();
        foreach (var machine in _world.Machines.Values)
        {
            foreach (var container in machine.Docker.Containers)
            {
                if (container.ServedConfig is not null || _served.ContainsKey(container))
                {
                    CheckServed(machine.Id, container);
                }
            }

            if (_agentOf.TryGetValue(machine.Id, out var agent))
            {
                _bindings.Look(machine, agent);
            }
        }
    }

    /// <summary>The endpoints in a config.</summary>
    public static IReadOnlyList<string> Servers(string? config, string service)
    {
        var lines = config?.Split('\n') ?? [];
        return [.. lines.SkipWhile(line => !line.StartsWith("upstream ", StringComparison.Ordinal) || !line.Contains(service, StringComparison.Ordinal))
            .TakeWhile(line => line != "}")
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("server ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1].TrimEnd(';'))];
    }

    private void Check(long revision, StoreEvent[] events)
    {
        foreach (var one in events.Where(one => KeyOf(one.Key) is { Table: ClusterTable.Placements } && one.Entry is not null && one.Previous is null))
        {
            var key = KeyOf(one.Key);
            var before = _world.Keys.Placed(key.Item);
            CheckPlacing(key.Name, key.Item, events, RecordCodec.TryRead<PlacementRecord>(one.Entry!.Value, out _)!);
            Require("3", IsGlobal(key) || events.Any(other => other.Key == before), $"{key.Item} got an entry without its placed key");
        }

        foreach (var one in events.Where(one => one.Entry is null))
        {
            Deleted(one);
        }

        foreach (var one in events.Select(one => KeyOf(one.Key)).Where(key => key.Table == ClusterTable.Balancers))
        {
            _external.Changing(State.Balancers[one.Name, one.Item]?.Value, _world.Now);
        }

        State.Apply("", new StoreUpdate.Changed(revision, events));
        foreach (var one in events)
        {
            var key = KeyOf(one.Key);
            if (key.Table == ClusterTable.Placements)
            {
                var owners = State.Placements.OwnersOf(key.Item);
                Require("1", owners.Count <= 1 || IsGlobal(key), $"{key.Item} is placed on {string.Join(" and ", owners)}");
                CheckLeaving(key, one);
            }

            _drains.Changed(key, _world.Now);
            if (key.Table == ClusterTable.Status && State.Status[key.Name, key.Item]?.Value is { Active: "active", Container: { } container })
            {
                _stops.Active(container);
            }
        }
    }

    private void CheckPlacing(string machine, string unit, StoreEvent[] events, PlacementRecord entry)
    {
        // The entry on a lost machine goes in the same transaction.
        var objection = Oracle.Objection(machine, unit, entry.Hash);
        Require("2", objection is null, $"{unit} was placed on {machine}, although {objection}");
        foreach (var owner in Oracle.IsGlobal(unit, entry.Hash) ? [] : State.Placements.OwnersOf(unit))
        {
            Require("9", events.Any(one => one.Key == _world.Keys.Placement(owner, unit) && one.Entry is null), $"{unit} was placed on {machine} while it is on {owner}");
        }
    }

    private bool IsGlobal(ClusterKey key)
    {
        // Of one that was removed, what is still on its way out tells.
        var hash = State.Units[key.Item]?.Value.Hash
            ?? State.Placements.OwnersOf(key.Item).Select(owner => State.Placements[owner, key.Item]!.Value.Hash).FirstOrDefault();
        return hash is not null && Oracle.IsGlobal(key.Item, hash);
    }

    /// <summary>An ordinary unit leaves for a reason, after those that follow it, and off a drained machine as drains may.</summary>
    private void CheckLeaving(ClusterKey key, StoreEvent one)
    {
        if (State.Placements[key.Name, key.Item]?.Value is not { State: PlacementState.Leave } entry
            || (one.Previous is { } before && RecordCodec.TryRead<PlacementRecord>(before.Value, out _) is { State: PlacementState.Leave }))
        {
            return;
        }

        Require("9", entry.Reason.Length > 0, $"{key.Item} leaves {key.Name} without a reason");
        var followers = Oracle.FollowersOn(key.Name, key.Item).ToList();
        Require("groups", followers.Count == 0, $"{key.Item} leaves {key.Name} before {string.Join(", ", followers)}");
        if (entry.Reason.EndsWith("is drained", StringComparison.Ordinal))
        {
            var objection = _drains.Objection(key.Name, key.Item, entry, _world.Now);
            Require("drain", objection is null, objection ?? "");
        }
    }

    private void Deleted(StoreEvent one)
    {
        var key = KeyOf(one.Key);
        var expired = one.Previous!.Lease != 0 && _world.Store.GetRemaining(one.Previous.Lease, _world.Now) is null;
        if (key.Table == ClusterTable.Backends)
        {
            _withdrawals.Add((key.Name, one.Revision, expired));
        }

        if (key.Table != ClusterTable.Placements || State.Placements[key.Name, key.Item]?.Value is not { State: not PlacementState.Leave })
        {
            return;
        }

        if (State.Sessions.Contains(key.Name) && EngineKnowledge.IsStranded(State, key.Name, key.Item))
        {
            return;
        }

        // An entry that was not told to leave goes only when its machine is lost, or it is stranded there.
        Require("9", !State.Sessions.Contains(key.Name), $"{key.Item} lost its entry on {key.Name}, which is alive");
    }

    private void CheckEngineWrite(SimulatedMachine machine, EngineKnowledge engine, StoreTransaction transaction)
    {
        foreach (var write in transaction.Writes.OfType<StoreWrite.Delete>())
        {
            // What leaves its machine is not deleted by the engine, unless that machine is lost.
            if (KeyOf(write.Key) is { Table: ClusterTable.Placements, Name: var lost, Item: var unit } && engine.State.Machines.Contains(lost) && engine.State.Resume?.Value.Machines.Contains(lost) != true)
            {
                var isAbandoned = engine.MayAbandon(lost, unit, transaction, _world.Now);
                Require("9", isAbandoned || engine.HasProof(lost, _world.Now), $"the engine of {machine.Id} takes {unit} off {lost} without proof that it is lost");
                Require("1", !isAbandoned || !_stops.StopsOnIsolation(unit), $"the engine of {machine.Id} takes {unit}, which must not run twice, off {lost}, where nothing stops it");
                Require("9", engine.Held.Count == 0, $"the engine of {machine.Id} takes {unit} off {lost} although {string.Join(", ", engine.Held)} vanished together");
            }
        }

        foreach (var write in transaction.Writes)
        {
            var key = write.Key;
            var isOwn = key == _world.Keys.Engine || KeyOf(key) is { Table: ClusterTable.Placed or ClusterTable.Placements or ClusterTable.Resume or ClusterTable.Updates };
            Require("11", isOwn || IsOfUpdate(transaction, write), $"the engine of {machine.Id} writes {key}");
            Require("4", transaction.Compares.Any(compare => compare.Key == _world.Keys.Engine), $"the engine of {machine.Id} writes {key} without its guard");
        }
    }

    /// <summary>Whether an engine gives a unit another file, and nothing else, for an update that an operator has started and that it writes down at the same time.</summary>
    private bool IsOfUpdate(StoreTransaction transaction, StoreWrite write)
    {
        if (write is not StoreWrite.Put put || KeyOf(write.Key) is not { Table: ClusterTable.Units } key || RecordCodec.TryRead<UnitRecord>(put.Value, out _) is not { } after)
        {
            return false;
        }

        var isGuarded = transaction.Compares.Any(compare => compare.Key == write.Key && compare.Target == CompareTarget.ModRevision && compare.Operand != 0);
        var isDriven = transaction.Writes.Any(other => KeyOf(other.Key) is { Table: ClusterTable.Updates } update && (update.Name == key.Name || update.Name == after.Template));
        return isGuarded && isDriven && (State.Units[key.Name]?.Value is not { } before || before with { Hash = after.Hash, TemplateHash = after.TemplateHash } == after
            || transaction.Compares.Any(compare => compare.Key == write.Key && compare.Operand != State.Units[key.Name]!.ModRevision));
    }

    private void CheckAgentWrite(SimulatedMachine machine, AgentKnowledge agent, StoreTransaction transaction)
    {
        foreach (var write in transaction.Writes)
        {
            var key = KeyOf(write.Key);
            var isOwn = key switch
            {
                { Table: ClusterTable.Machines or ClusterTable.Sessions or ClusterTable.Status or ClusterTable.Balancers } => key.Name == machine.Id,
                { Table: ClusterTable.Placements } => key.Name == machine.Id && write is StoreWrite.Delete,
                { Table: ClusterTable.Backends } => write is StoreWrite.Put { Lease: not 0 }
                    || (write is StoreWrite.Delete && transaction.Compares.Any(compare => compare.Key == write.Key && compare.Target == CompareTarget.Lease && compare.Operand != 0)),
                _ => false,
            };
            Require("11", isOwn, $"the agent of {machine.Id} writes {write}");
            Require("11", transaction.Compares.Any(compare => compare.Key == _world.Keys.Alive(machine.Id)), $"the agent of {machine.Id} writes {write.Key} without its session's guard");
            if (key is { Table: ClusterTable.Backends } && write is StoreWrite.Put put)
            {
                CheckAdvert(machine, agent, key.Item + ".service", put.Value);
            }
        }
    }

    private void CheckAdvert(SimulatedMachine machine, AgentKnowledge agent, string unit, string value)
    {
        var endpoint = value.Split(' ')[0].Split(':');
        var probe = agent.Probes.GetValueOrDefault((endpoint[0], int.Parse(endpoint[1], System.Globalization.CultureInfo.InvariantCulture)));
        var running = RunningUnit.Of(machine, unit);
        Require("5", probe.PassedAt != default && probe.Failures < 2, $"{machine.Id} advertises {unit}, whose last probes did not pass");
        Require("5", running is null || probe.PassedAt >= running.StartedAt, $"{machine.Id} advertises {unit} by a probe of {probe.PassedAt:HH:mm:ss.fff}, and it was started at {running?.StartedAt:HH:mm:ss.fff}");
    }

    private void CheckDocker(SimulatedMachine machine, AgentKnowledge agent, DockerRequest request)
    {
        if (request is DockerRequest.Create { Labels: var labels })
        {
            _stops.Starts(machine, agent, labels.Unit);
            return;
        }

        var target = request switch
        {
            DockerRequest.Stop stop => stop.Container,
            DockerRequest.Kill kill => kill.Container,
            DockerRequest.Remove { Force: true } remove => remove.Container,
            _ => null,
        };
        if (target is null || machine.Docker.Find(target) is not { Running: true } container)
        {
            return;
        }

        Require("11", container.IsOurs || target != container.Id, $"{machine.Id} asks for {request} of another cluster");
        if (container.IsOurs && container.Labels.RunHash.Length > 0)
        {
            _stops.Stops(machine, agent, RunningUnit.Of(container), request.ToString());
        }
    }

    private void CheckServed(string machine, SimulatedContainer container)
    {
        var before = _served.GetValueOrDefault(container);
        var served = container.ServedConfig;
        if (ReferenceEquals(before, served))
        {
            return;
        }

        _served[container] = served;
        if (before is null || served is null)
        {
            return;
        }

        var (passed, notPassed) = _external.Of(machine);
        foreach (var service in (string[])["website", "api"])
        {
            var now = Servers(served, service);
            foreach (var endpoint in Servers(before, service).Except(now))
            {
                var failed = endpoint == ExternalKnowledge.Legacy.Endpoint && notPassed >= 2;
                Require("7", failed || _withdrawals.Any(one => one.Service == service), $"{container.Name} lets go of {endpoint}, and nothing of {service} was ever withdrawn");
            }

            if (service == "website" && now.Count > 1 && now.Except(Servers(before, service)).Contains(ExternalKnowledge.Legacy.Endpoint))
            {
                Require("5", passed > 0 || notPassed < 2, $"{container.Name} serves {ExternalKnowledge.Legacy.Endpoint}, of which no probe has passed");
            }

            if (now.Count == 0 && Servers(before, service).Count > 0)
            {
                var revision = long.Parse(served.Split('\n')[1].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
                var known = _withdrawals.LastOrDefault(one => one.Service == service && one.Revision <= revision);
                var last = _withdrawals.Last(one => one.Service == service);
                Require("7", service != "website" || !(State.Backends[service, "legacy"]?.CreateRevision <= revision), $"{container.Name} serves nothing of {service}, although a backend is registered by hand");
                Require("7", known is { Service: not null, Expired: false } || !last.Expired, $"{container.Name} serves nothing of {service}, whose last backend was lost and not withdrawn");
            }
        }
    }

    private ClusterKey KeyOf(string key) => _world.Keys.Parse(key) ?? throw new BrokenRuleException("11", $"{key} is no key of the cluster");

    private void Require(string rule, bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule, what);
        }
    }
}
