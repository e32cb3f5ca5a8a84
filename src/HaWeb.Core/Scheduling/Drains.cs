using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Which units may leave machines that are drained now, and what the others wait for: of a service one instance at a time, at most four services side by
/// side, never its last healthy backend, and none that no other machine takes. A drain with Force waits for the first two only.
/// </summary>
public sealed class Drains
{
    /// <summary>How many services are drained side by side.</summary>
    public const int ServicesSideBySide = 4;

    private readonly ClusterState _state;
    private readonly PlacementView _view;
    private readonly DateTimeOffset _now;
    private readonly SortedDictionary<string, string> _busy = new(StringComparer.Ordinal);

    /// <summary>Makes one of a state as it is now.</summary>
    public Drains(ClusterState state, PlacementView view, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(view);
        _state = state;
        _view = view;
        _now = now;
        foreach (var unit in view.Moving.Where(unit => !IsSettled(unit)))
        {
            _busy[KinOf(RulesOf(unit))] = unit;
        }
    }

    /// <summary>The units that are on their way from one machine to another, of those that stand in for each other one: what other units wait for.</summary>
    public IReadOnlyCollection<string> UnderWay => _busy.Values;

    /// <summary>The units that leave now, each with its machine and the reason.</summary>
    public IEnumerable<(string Unit, string Machine, string Reason)> Take()
    {
        foreach (var (unit, machine, wait) in Judge().Where(answer => answer.Wait is null).ToList())
        {
            yield return (unit, machine, $"{machine} is drained{(_state.Cordons[machine]?.Value.Reason is { Length: > 0 } why ? $": {why}" : "")}");
        }
    }

    /// <summary>Every unit that is still on a drained machine, with what it waits for; null when it leaves now. Global units stay.</summary>
    public IEnumerable<(string Unit, string Machine, string? Wait)> Judge()
    {
        foreach (var machine in _view.Draining.Where(_state.Sessions.Contains))
        {
            foreach (var rules in _view.Planner.On(machine).Where(rules => !rules.IsGlobal && !_view.Planner.IsLeaving(machine, rules.Unit)).ToList())
            {
                if (rules.MachineOf.Any(peer => _view.Places(peer).Contains(machine) && !_view.RulesOn(machine, peer).IsGlobal))
                {
                    continue;
                }

                PlacementRules[] group = [rules, .. _view.FollowersOf(rules.Unit)];
                var wait = WhyNot(group, machine, _state.Cordons[machine]!.Value.Force);
                if (wait is null)
                {
                    foreach (var member in group)
                    {
                        _busy[KinOf(member)] = member.Unit;
                    }
                }

                yield return (rules.Unit, machine, wait);
            }
        }
    }

    /// <summary>Units that stand in for each other: the instances of a service, else of a template.</summary>
    private static string KinOf(PlacementRules rules) => rules.Service ?? rules.Template ?? rules.Unit;

    private string? WhyNot(PlacementRules[] group, string machine, bool force)
    {
        foreach (var rules in group)
        {
            if (_busy.TryGetValue(KinOf(rules), out var other))
            {
                return $"{other} is on its way";
            }

            if (!force && rules.Service is { } service && _state.Units[rules.Unit] is { Value.Desired: DesiredState.Launched }
                && !_view.UnitsOf(service).Any(unit => group.All(member => member.Unit != unit) && IsServing(unit)))
            {
                return $"it is the last healthy backend of {service}: start another instance, or use -Force";
            }
        }

        var kin = group.Select(KinOf).Distinct(StringComparer.Ordinal).Count();
        if (_busy.Count > 0 && _busy.Count + kin > ServicesSideBySide)
        {
            return $"{_busy.Count} services are on their way";
        }

        var elsewhere = new SortedSet<string>(_view.AvoidedBy(group[0].Unit, _now), StringComparer.Ordinal) { machine };
        if (force || _view.Planner.Choose(group[0], group[1..], elsewhere) is not null)
        {
            return null;
        }

        var answers = _view.Planner.Explain(group[0], elsewhere).Where(answer => answer.Machine != machine).Select(answer => $"{answer.Machine}: {answer.Refusal?.Reason}").ToList();
        return $"no other machine takes it{(answers.Count == 0 ? "" : ": " + string.Join("; ", answers))}";
    }

    private PlacementRules RulesOf(string unit) => _view.RulesOf(unit) ?? new PlacementRules(unit);

    /// <summary>Whether a unit has arrived: where it is, it is what it is to be.</summary>
    private bool IsSettled(string unit)
    {
        if (_state.Units[unit] is not { } record || record.Value.Desired == DesiredState.Inactive)
        {
            return true;
        }

        return _state.Placed[unit]?.Value.Leaving is null
            && _state.Placements.OwnersOf(unit) is { Count: > 0 } owners
            && owners.All(machine => IsSettledOn(machine, unit, record.Value));
    }

    private bool IsSettledOn(string machine, string unit, UnitRecord record)
    {
        var entry = _state.Placements[machine, unit]!;
        if (entry.Value.State == PlacementState.Leave)
        {
            return false;
        }

        return record.Desired != DesiredState.Launched || (IsActive(machine, unit, entry) && (RulesOf(unit).Service is null || _state.Status[machine, unit]!.Value.Healthy == true));
    }

    private bool IsServing(string unit) => _state.Placements.OwnersOf(unit).Any(machine =>
        _state.Placements[machine, unit] is { Value.State: PlacementState.Run } entry
        && !_view.Planner.IsLeaving(machine, unit)
        && IsActive(machine, unit, entry)
        && _state.Status[machine, unit]!.Value.Healthy == true);

    private bool IsActive(string machine, string unit, Versioned<PlacementRecord> entry) =>
        _state.Sessions.Contains(machine)
        && _state.Status[machine, unit]?.Value is { Active: "active" } status
        && status.Generation == entry.CreateRevision
        && status.Restart == entry.Value.Restart;
}
