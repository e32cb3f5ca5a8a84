using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>Holds units that are bound to another one of their machine to it: none runs on for long where that one does not.</summary>
/// <param name="world">The world.</param>
/// <param name="oracle">The units as their files have them.</param>
/// <param name="mayLinger">Whether a machine's agent can be late for another reason than a slow stop: it is away, or does not know, or gets no answers.</param>
internal sealed class BindingRules(SimulatedWorld world, PlacementOracle oracle, Func<SimulatedMachine, bool> mayLinger)
{
    // A start goes on to its end, which TimeoutStartSec=10 bounds, and then ExecStop and ExecStopPost may take TimeoutStopSec=5 each.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);

    private readonly Dictionary<(string Machine, string Unit), DateTimeOffset> _alone = [];

    // Whether a unit of this file is bound to another: most are not, and all are looked at again and again.
    private readonly Dictionary<string, bool> _binds = [];

    /// <summary>Something has changed: whether what is bound runs alone is looked at again.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="agent">What its agent knows to have a place there.</param>
    public void Look(SimulatedMachine machine, AgentKnowledge agent)
    {
        var alone = agent.Placed.Where(unit => IsAlone(machine, agent, unit.Unit, unit.Hash)).Select(unit => unit.Unit).ToList();
        foreach (var over in _alone.Keys.Where(one => one.Machine == machine.Id && !alone.Contains(one.Unit)).ToList())
        {
            _alone.Remove(over);
        }

        alone.ForEach(unit => _alone.TryAdd((machine.Id, unit), world.Now));
    }

    /// <summary>Time has passed.</summary>
    public void Check()
    {
        foreach (var (key, since) in _alone.ToList())
        {
            if (mayLinger(world.Machines[key.Machine]))
            {
                _alone[key] = world.Now;
            }
            else if (world.Now - since > Longest)
            {
                throw new BrokenRuleException("binding", $"{key.Unit} has run on {key.Machine} since {since:HH:mm:ss.fff} without the unit that it is bound to");
            }
        }
    }

    private bool IsAlone(SimulatedMachine machine, AgentKnowledge agent, string unit, string hash)
    {
        if (!_binds.TryGetValue(hash, out var binds))
        {
            _binds.Add(hash, binds = oracle.Definition(unit, hash).Dependencies.BindsTo.Count > 0);
        }

        return binds && RunningUnit.Of(machine, unit) is not null
            && oracle.Definition(unit, hash).Dependencies.BindsTo.Any(anchor => agent.Entry(anchor).Entry is not null && RunningUnit.Of(machine, anchor) is null);
    }
}
