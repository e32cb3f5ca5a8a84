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

    /// <summary>Something has changed: whether what is bound runs alone is looked at again.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="placed">The units that its agent knows to have a place there, with their files.</param>
    public void Look(SimulatedMachine machine, IEnumerable<(string Unit, string Hash)> placed)
    {
        var units = placed.ToDictionary(one => one.Unit, one => one.Hash, StringComparer.Ordinal);
        foreach (var (unit, hash) in units)
        {
            var isAlone = oracle.Definition(unit, hash).Dependencies.BindsTo.Any(anchor => units.ContainsKey(anchor) && RunningUnit.Of(machine, anchor) is null)
                && RunningUnit.Of(machine, unit) is not null;
            if (!isAlone)
            {
                _alone.Remove((machine.Id, unit));
            }
            else
            {
                _alone.TryAdd((machine.Id, unit), world.Now);
            }
        }

        foreach (var gone in _alone.Keys.Where(one => one.Machine == machine.Id && !units.ContainsKey(one.Unit)).ToList())
        {
            _alone.Remove(gone);
        }
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
}
