using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Which moves make a cluster better, and no more than these: first those that end a violation of a rule, then those that bring the numbers of units on machines
/// nearer to each other. Every move goes to a machine that takes the unit while all the others are still under way.
/// </summary>
public sealed class Rebalance
{
    private static readonly IReadOnlySet<string> Nowhere = new SortedSet<string>(StringComparer.Ordinal);

    private readonly ClusterState _state;
    private readonly DateTimeOffset _now;
    private readonly int _most;
    private readonly Func<string, bool> _take;

    // What is under way still counts where it comes from; how good a move is shows at the end of all.
    private readonly PlacementView _underWay;
    private readonly PlacementView _atTheEnd;
    private readonly List<RebalanceMove> _moves = [];
    private readonly HashSet<string> _moved = new(StringComparer.Ordinal);

    private Rebalance(ClusterState state, int most, DateTimeOffset now, Func<string, bool> take)
    {
        _state = state;
        _most = most;
        _now = now;
        _take = take;
        _underWay = new PlacementView(state);
        _atTheEnd = new PlacementView(state);
    }

    /// <summary>The moves, in order.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="now">The time, for machines that units are kept away from for a while.</param>
    /// <param name="take">Whether a unit may be stopped for a while, with all that were taken before it. It is asked last.</param>
    public static IReadOnlyList<RebalanceMove> Plan(ClusterState state, int most, DateTimeOffset now, Func<string, bool> take)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(take);
        var plan = new Rebalance(state, most, now, take);
        plan.NoteMovesUnderWay();
        plan.EndViolations();
        while (plan._moves.Count < most && plan.TryLevel())
        {
        }

        return plan._moves;
    }

    private void NoteMovesUnderWay()
    {
        foreach (var (unit, placed) in _state.Placed.Entries)
        {
            if (_state.Units[unit]?.Value is { } record && record.Move > placed.Value.Move && record.MoveTo is { } to && to != placed.Value.Machine && _underWay.RulesOf(unit) is { } rules)
            {
                Note(rules, placed.Value.Machine, to);
            }
        }
    }

    private void EndViolations()
    {
        foreach (var unit in _state.Placed.Names.Order(UnitNameComparer.Instance))
        {
            if (_moves.Count == _most)
            {
                return;
            }

            if (Movable(unit) is not { } rules || IsFollower(rules))
            {
                continue;
            }

            var from = _state.Placed[unit]!.Value.Machine;
            if (_atTheEnd.Planner.Refusal(rules, from, Nowhere) is not { Rule: not (PlacementRule.Alive or PlacementRule.Docker) } violated)
            {
                continue;
            }

            var elsewhere = new SortedSet<string>(_underWay.AvoidedBy(unit, _now), StringComparer.Ordinal) { from };
            var followers = _underWay.FollowersOf(unit);
            if (_underWay.Planner.Choose(rules, followers, elsewhere) is { } to)
            {
                TryMove(rules, followers, from, to, $"ends a violation: {violated.Reason}");
            }
        }
    }

    /// <summary>The one move that lowers the greatest difference that a move can lower; false when there is none.</summary>
    private bool TryLevel()
    {
        var machines = _atTheEnd.Planner.Machines.Where(IsOpen).Select(machine => (Id: machine, Load: _atTheEnd.Planner.On(machine).Count())).ToList();
        var targets = machines.OrderBy(machine => machine.Load).ThenBy(machine => machine.Id, StringComparer.Ordinal).ToList();
        foreach (var from in machines.OrderByDescending(machine => machine.Load).ThenBy(machine => machine.Id, StringComparer.Ordinal))
        {
            var movable = _atTheEnd.Planner.On(from.Id).Select(occupant => Movable(occupant.Unit)).OfType<PlacementRules>().Where(IsAlone).ToList();
            foreach (var to in targets.TakeWhile(to => movable.Count > 0 && from.Load - to.Load >= 2))
            {
                var reason = $"{to.Id} has {Count(to.Load)}, {from.Id} has {Count(from.Load)}";
                if (movable.Exists(rules => IsWelcome(rules, from.Id, to.Id) && TryMove(rules, [], from.Id, to.Id, reason)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryMove(PlacementRules rules, IReadOnlyList<PlacementRules> followers, string from, string to, string reason)
    {
        PlacementRules[] group = [rules, .. followers];
        var noted = 0;
        while (noted < group.Length && (noted == 0 || _underWay.Planner.Refusal(group[noted], to, Nowhere) is null))
        {
            Note(group[noted++], from, to);
        }

        if (noted == group.Length && _take(rules.Unit))
        {
            _moves.Add(new RebalanceMove(rules.Unit, from, to, reason));
            return true;
        }

        foreach (var member in group.Take(noted))
        {
            _underWay.Retry(member.Unit);
            _atTheEnd.Retry(member.Unit);
            _moved.Remove(member.Unit);
        }

        return false;
    }

    private void Note(PlacementRules rules, string from, string to)
    {
        _moved.Add(rules.Unit);
        if (_underWay.Places(rules.Unit).Contains(from))
        {
            _underWay.Leave(from, rules.Unit);
            _atTheEnd.Unplace(from, rules.Unit);
        }

        _underWay.Place(to, rules);
        _atTheEnd.Place(to, rules);
    }

    /// <summary>The rules of a unit that is where it is to be and may go elsewhere; null for any other.</summary>
    private PlacementRules? Movable(string unit) =>
        !_moved.Contains(unit)
        && _state.Placed[unit] is { Value: { Machine.Length: > 0, Leaving: null } placed }
        && _state.Units[unit] is { Value: { Desired: not DesiredState.Inactive } record }
        && record.Move == placed.Move
        && _state.Placements[placed.Machine, unit] is { Value.State: not PlacementState.Leave }
        && _state.Sessions.Contains(placed.Machine)
        && _underWay.RulesOf(unit) is { IsGlobal: false } rules
            ? rules
            : null;

    /// <summary>A unit that goes where others go is moved with them, not by itself.</summary>
    private bool IsFollower(PlacementRules rules) => rules.MachineOf.Any(peer => !_underWay.IsGlobal(peer));

    private bool IsAlone(PlacementRules rules) => rules.MachineOf.Count == 0 && _underWay.Ties.FollowersOf(rules.Unit).Count == 0;

    private bool IsWelcome(PlacementRules rules, string from, string to) =>
        _underWay.Planner.Refusal(rules, to, _underWay.AvoidedBy(rules.Unit, _now)) is null
        && (rules.Spread is not { } key || ValueOf(from, key) == ValueOf(to, key));

    private string? ValueOf(string machine, string key) => _underWay.Planner.Machine(machine)?.Metadata.GetValueOrDefault(key);

    private bool IsOpen(string machine) => _underWay.Planner.Machine(machine) is { Alive: true, Cordoned: false, DockerAnswers: true };

    private static string Count(int units) => units == 1 ? "1 unit" : $"{units} units";
}
