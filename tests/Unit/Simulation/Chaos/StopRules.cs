using HaWeb.Core.Cluster;
using HaWeb.Core.Simulation;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// Holds what agents stop against rules 4 and 8: a container or process that was seen to be active is stopped for a reason that its agent was told, and only
/// after every balancer has let go of it.
/// </summary>
internal sealed class StopRules(SimulatedWorld world, ClusterState state, PlacementOracle oracle)
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(20);

    private readonly Dictionary<(string Machine, string Unit), int> _restartOf = [];
    private readonly HashSet<string> _steady = [];
    private readonly HashSet<string> _stopping = [];

    // The units whose last run there was ended by a stop that was asked for.
    private readonly Dictionary<(string Machine, string Unit), DateTimeOffset> _stopped = [];

    /// <summary>An agent starts what is the unit.</summary>
    public void Starts(SimulatedMachine machine, AgentKnowledge agent, string unit)
    {
        _restartOf[(machine.Id, unit)] = agent.Entry(unit).Entry?.Restart ?? 0;
        _stopped.Remove((machine.Id, unit));
        Require("4", agent.KnowsWorkList, $"{machine.Id} starts {unit} before it has read its work list");
    }

    /// <summary>A container or process was said to be active.</summary>
    public void Active(string container) => _steady.Add(container);

    /// <summary>An agent begins to stop what is a unit.</summary>
    public void Stops(SimulatedMachine machine, AgentKnowledge agent, RunningUnit running, string how)
    {
        var unit = running.Labels.Unit;
        var (entry, since) = agent.Entry(unit);
        Require("4", agent.KnowsWorkList, $"{machine.Id} stops {running.Name} before it has read its work list");
        if (!_steady.Contains(running.Id) || RunsTwice(machine, unit) || IsStoppedByIsolation(agent, unit))
        {
            return;
        }

        Require("4", IsPlanned(machine, agent, running) || StopsWithOthers(machine, agent, unit, entry!), $"{machine.Id} stops {running.Name} of {unit}, which shall run ({how})");
        _stopping.Add(running.Id);
        _stopped[(machine.Id, unit)] = world.Now;
        if (entry is not null)
        {
            // Where there is none its machine was lost, and so was its backend: there is nothing to withdraw.
            CheckDrained(machine, running, unit, entry, since);
        }
    }

    /// <summary>Whether a unit is stopped where it may be cut off. Its file does not change in that in a run.</summary>
    public bool StopsOnIsolation(string unit) =>
        state.Placements.OwnersOf(unit).Select(owner => state.Placements[owner, unit]!.Value.Hash).Append(state.Units[unit]?.Value.Hash).OfType<string>()
            .Any(hash => oracle.Definition(unit, hash).HaWeb.OnIsolation == IsolationAction.Stop);

    private static void Require(string rule, bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule, what);
        }
    }

    private static bool RunsTwice(SimulatedMachine machine, string unit) =>
        machine.Docker.Containers.Count(other => other.Running && other.IsOurs && other.Labels.Unit == unit && other.Labels.RunHash.Length > 0) > 1;

    private bool IsStoppedByIsolation(AgentKnowledge agent, string unit) => agent.IsIsolated(world.Now) && StopsOnIsolation(unit);

    /// <summary>Whether what its agent was told of the unit itself asks for its end. A stop is not taken back once it has begun, however long Docker does not answer.</summary>
    private bool IsPlanned(SimulatedMachine machine, AgentKnowledge agent, RunningUnit running)
    {
        var unit = running.Labels.Unit;
        return _stopping.Contains(running.Id)
            || agent.Entry(unit).Entry is not { State: PlacementState.Run } entry
            || entry.Restart > _restartOf.GetValueOrDefault((machine.Id, unit))
            || running.Labels.RunHash != oracle.Definition(unit, entry.Hash).RunHash
            || world.Now - agent.LastUnwanted(unit) < Aftermath;
    }

    /// <summary>Whether a unit that shall run stops since one of its machine does that it belongs to, or since the one that it is bound to is not active.</summary>
    private bool StopsWithOthers(SimulatedMachine machine, AgentKnowledge agent, string unit, PlacementRecord entry) =>
        oracle.Definition(unit, entry.Hash).Dependencies is var options
        && (oracle.Leaders(unit, entry.Hash).Any(leader => StopsOthers(machine, agent, leader))
            || options.BindsTo.Any(anchor => agent.Entry(anchor).Entry is not null && (RunningUnit.Of(machine, anchor) is not { } running || !_steady.Contains(running.Id))));

    private bool StopsOthers(SimulatedMachine machine, AgentKnowledge agent, string leader)
    {
        if (agent.Entry(leader).Entry is not { } entry)
        {
            // What has no place there is nothing to others, once it has gone.
            return world.Now - agent.LastUnwanted(leader) < Aftermath;
        }

        var running = RunningUnit.Of(machine, leader);
        return entry.State != PlacementState.Run
            || world.Now - agent.LastUnwanted(leader) < Aftermath
            || IsStoppedByIsolation(agent, leader)
            || (_stopped.TryGetValue((machine.Id, leader), out var at) && (running is null || world.Now - at < Aftermath))
            || (running is not null && IsPlanned(machine, agent, running))
            || StopsWithOthers(machine, agent, leader, entry);
    }

    /// <summary>What was advertised must have been drained by every balancer that is known to be there.</summary>
    private void CheckDrained(SimulatedMachine machine, RunningUnit running, string unit, PlacementRecord entry, DateTimeOffset since)
    {
        var definition = oracle.Definition(unit, entry.Hash);
        if (world.Now - since >= definition.HaWeb.DrainTimeout)
        {
            return;
        }

        foreach (var (service, item, _) in state.Backends.Entries.Where(entry => entry.Item + ".service" == unit && entry.Entry.Value.Endpoint.StartsWith(machine.Address + ":", StringComparison.Ordinal)))
        {
            Require("8", false, $"{machine.Id} stops {running.Name} while {service}/{item} is advertised");
        }

        if (oracle.Definition(unit, entry.Hash).AdvertisedPort is not { } port)
        {
            return;
        }

        var endpoint = $"{machine.Address}:{port} ";
        foreach (var (owner, balancer, registration) in state.Balancers.Entries)
        {
            // What is kept of backends that were lost, all of them, is not withdrawn by one that has not been advertised since.
            if (definition.HaWeb.Service is { } serving && registration.Value.Stale.Contains(serving) && state.Status[machine.Id, unit] is { Value.Withdrawn: 0 })
            {
                continue;
            }

            if (!state.Sessions.Contains(owner) || !state.Placements[owner].Contains(balancer) || world.Machines[owner].Docker.RunningOf(balancer) is not { } nginx)
            {
                continue;
            }

            // What is kept when the last backends are withdrawn is kept by the operator's wish, and by old workers a little longer.
            var keeps = oracle.Definition(balancer, state.Placements[owner, balancer]!.Value.Hash).HaWeb.WhenEmpty == EmptyServiceAnswer.KeepLast;
            if (keeps && (RuleBook.Servers(nginx.ServedConfig, "website").Count <= 1 || state.Backends["website"].Entries.All(entry => entry.Value.Lease == 0)))
            {
                continue;
            }

            var serves = (nginx.ServedConfig ?? "").Contains(endpoint, StringComparison.Ordinal)
                || nginx.OldWorkers.Any(old => !keeps && old.Until > world.Now && old.Config.Contains(endpoint, StringComparison.Ordinal));
            Require("8", !serves, $"{machine.Id} stops {running.Name} of {unit} while {balancer} on {owner} serves {endpoint}");
        }
    }
}
