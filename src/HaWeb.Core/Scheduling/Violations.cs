using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Which rules placed units break where they are. Rules are checked when a unit is placed; what an operator changes later moves nothing by itself, and is shown.
/// That a machine is away just now breaks no rule.
/// </summary>
public sealed class Violations
{
    private static readonly IReadOnlySet<string> Nothing = new SortedSet<string>(StringComparer.Ordinal);

    private readonly ClusterState _state;
    private readonly UnitCatalog _catalog;
    private readonly Dictionary<string, Planner> _machines = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="state">The cluster, which must not change while this is used.</param>
    /// <param name="catalog">The definitions of its units.</param>
    public Violations(ClusterState state, UnitCatalog catalog)
    {
        _state = state;
        _catalog = catalog;
    }

    /// <summary>The rules that a unit breaks on a machine, for people; empty when it breaks none, or its file cannot be read.</summary>
    /// <param name="unit">The unit's full name.</param>
    /// <param name="machine">The machine that it is placed on.</param>
    public string Of(string unit, string machine) => string.Join("; ", All(unit, machine).Select(refusal => refusal.Reason));

    /// <summary>
    /// The same, rule by rule. Of the rules that other units have a part in (Conflicts, ports, capacity) the first broken one is named.
    /// </summary>
    public IEnumerable<PlacementRefusal> All(string unit, string machine)
    {
        if (_state.Machines[machine] is null || _state.Placements[machine, unit] is null || RulesOf(unit, machine) is not { } rules)
        {
            yield break;
        }

        if (_state.Raw(_state.Keys.Cordon(machine)) is not null)
        {
            yield return new PlacementRefusal(PlacementRule.Cordon, "it is cordoned");
        }

        var planner = PlannerOf(machine);
        while (planner.Refusal(rules, machine, Nothing) is { } refusal)
        {
            yield return refusal;
            if (Without(refusal.Rule, rules) is not { } others)
            {
                yield break;
            }

            rules = others;
        }
    }

    /// <summary>The rules without one that is broken, to see what else is; null when there is no more to see.</summary>
    private static PlacementRules? Without(PlacementRule broken, PlacementRules rules) => broken switch
    {
        PlacementRule.MachineId => rules with { MachineId = null },
        PlacementRule.Metadata => rules with { Metadata = [] },
        PlacementRule.Process => rules with { NeedsProcess = false },
        PlacementRule.MachineOf => rules with { MachineOf = [] },
        _ => null,
    };

    /// <summary>A planner that knows one machine, and it as one that could take units.</summary>
    private Planner PlannerOf(string machine)
    {
        if (!_machines.TryGetValue(machine, out var planner))
        {
            _machines.Add(machine, planner = new Planner());
            planner.SetMachine(PlanMachine.Of(_state, machine)! with { Alive = true, Cordoned = false, DockerAnswers = true });
            foreach (var (unit, entry) in _state.Placements[machine].Entries)
            {
                planner.Place(machine, RulesOf(unit, machine) ?? new PlacementRules(unit), entry.Value.State == PlacementState.Leave);
            }
        }

        return planner;
    }

    private PlacementRules? RulesOf(string unit, string machine) =>
        _catalog.RulesOf(unit, _state.Units[unit]?.Value.Hash ?? _state.Placements[machine, unit]!.Value.Hash);
}
