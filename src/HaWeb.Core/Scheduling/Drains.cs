using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Which units may leave machines that are drained now, and what the others wait for: of a service one instance at a time, at most four services side by
/// side, never its last healthy backend, none of which that is not known, none before its balancers have said what they serve, and none that no other
/// machine takes. A drain with Force waits for the first two only.
/// </summary>
public sealed class Drains
{
    /// <summary>How many services are drained side by side.</summary>
    public const int ServicesSideBySide = 4;

    private readonly ClusterState _state;
    private readonly PlacementView _view;
    private readonly DateTimeOffset _now;
    private readonly UnitStanding _standing;
    private readonly SortedDictionary<string, string> _busy = new(StringComparer.Ordinal);

    /// <summary>Makes one of a state as it is now.</summary>
    public Drains(ClusterState state, PlacementView view, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(view);
        _state = state;
        _view = view;
        _now = now;
        _standing = new UnitStanding(state, view);
        foreach (var unit in view.Moving.ToList())
        {
            if (_standing.IsSettled(unit))
            {
                view.Arrived(unit);
            }
            else
            {
                _busy[KinOf(view.RulesOrNone(unit))] = unit;
            }
        }

        foreach (var step in state.Updates.Entries.Where(update => update.Value.Value.IsUnderWay).SelectMany(update => update.Value.Value.Steps))
        {
            _busy[KinOf(view.RulesOrNone(step.Unit))] = step.Unit;
        }
    }

    /// <summary>The units that are on their way from one machine to another, of those that stand in for each other one: what other units wait for.</summary>
    public IReadOnlyCollection<string> UnderWay => _busy.Values;

    /// <summary>The units that leave now, each with its machine, the reason, and what must still hold when it does.</summary>
    public IReadOnlyList<(string Unit, string Machine, string Reason, IReadOnlyList<StoreCompare> Guards)> Take() =>
        [.. Judge(explains: false).Where(answer => answer.Wait is null).Select(answer => (answer.Unit, answer.Machine, ReasonOf(answer.Machine), answer.Guards))];

    /// <summary>Every unit that is still on a drained machine, with what it waits for; null when it leaves now. Global units stay.</summary>
    public IEnumerable<(string Unit, string Machine, string? Wait)> Judge() => Judge(explains: true).Select(answer => (answer.Unit, answer.Machine, answer.Wait));

    private IEnumerable<(string Unit, string Machine, string? Wait, IReadOnlyList<StoreCompare> Guards)> Judge(bool explains)
    {
        foreach (var machine in _view.Draining.Where(_state.Sessions.Contains))
        {
            foreach (var rules in _view.Planner.On(machine).Where(rules => MayLeave(machine, rules)).ToList())
            {
                if (rules.MachineOf.Any(peer => _view.Places(peer).Contains(machine) && !_view.RulesOn(machine, peer).IsGlobal))
                {
                    continue;
                }

                PlacementRules[] group = [rules, .. _view.FollowersOf(rules.Unit)];
                var guards = new List<StoreCompare> { StoreCompare.ModifiedAt(_state.Keys.Cordon(machine), _state.Cordons[machine]!.ModRevision) };
                var wait = WhyNot(group, machine, _state.Cordons[machine]!.Value.Force, explains, guards);
                if (wait is null)
                {
                    Begin(group, machine);
                }

                yield return (rules.Unit, machine, wait, guards);
            }
        }
    }

    private bool MayLeave(string machine, PlacementRules rules) =>
        !rules.IsGlobal && _state.Placements[machine, rules.Unit] is not null && !_view.Planner.IsLeaving(machine, rules.Unit);

    private string ReasonOf(string machine) => $"{machine} is drained{(_state.Cordons[machine]?.Value.Reason is { Length: > 0 } why ? $": {why}" : "")}";

    /// <summary>Units that stand in for each other: the instances of a service, else of a template.</summary>
    private static string KinOf(PlacementRules rules) => rules.Service ?? rules.Template ?? rules.Unit;

    private string? WhyNot(PlacementRules[] group, string machine, bool force, bool explains, List<StoreCompare> guards)
    {
        foreach (var rules in group)
        {
            if (_busy.TryGetValue(KinOf(rules), out var other))
            {
                return $"{other} is on its way";
            }

            if (force || rules.Service is not { } service)
            {
                continue;
            }

            if (!_standing.IsJudged(machine, rules.Unit))
            {
                return "its agent has not said yet whether it serves";
            }

            if (_standing.WaitForBalancers(machine, rules.Unit, service) is { } wait)
            {
                return wait;
            }

            if (!_standing.IsServing(rules.Unit))
            {
                continue;
            }

            // The instance that goes on serving must still be meant to when this one leaves.
            if (_standing.OtherServing(service, unit => Array.Exists(group, member => member.Unit == unit)) is not { } stays)
            {
                return $"it is the last healthy backend of {service}: start another instance, or use -Force";
            }

            guards.AddRange(stays);
        }

        var kin = group.Select(KinOf).Distinct(StringComparer.Ordinal).Count();
        if (_busy.Count > 0 && _busy.Count + kin > ServicesSideBySide)
        {
            return $"{_busy.Count} services are on their way";
        }

        var elsewhere = Elsewhere(group[0], machine);
        if (force || _view.Planner.ChooseOver(group[0], group[1..], elsewhere) is not null)
        {
            return null;
        }

        var answers = !explains ? [] : _view.Planner.Explain(group[0], elsewhere).Where(answer => answer.Machine != machine).Select(answer => (answer.Machine, answer.Refusal?.Reason ?? "")).ToList();
        return $"no other machine takes it{(answers.Count == 0 ? "" : ": " + GroupedReasons.Of(answers))}";
    }

    /// <summary>A group begins to leave: the machine that takes it now is kept for it, so that the next one does not count on it too.</summary>
    private void Begin(PlacementRules[] group, string machine)
    {
        foreach (var member in group)
        {
            _busy[KinOf(member)] = member.Unit;
        }

        if (_view.Planner.ChooseOver(group[0], group[1..], Elsewhere(group[0], machine)) is { } choice)
        {
            foreach (var member in group)
            {
                _view.Claim(choice.Machine, member);
            }
        }
    }

    private SortedSet<string> Elsewhere(PlacementRules rules, string machine) => new(_view.AvoidedBy(rules.Unit, _now), StringComparer.Ordinal) { machine };
}
