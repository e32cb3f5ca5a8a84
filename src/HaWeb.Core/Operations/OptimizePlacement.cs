using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Wants units on other machines where that ends a violation of a rule or evens out the numbers of units, by as few moves as that takes. No service loses its last
/// healthy backend by it.
/// </summary>
/// <param name="MostMoves">How many moves at the most.</param>
public sealed record OptimizePlacement(int MostMoves) : IOperation
{
    /// <summary>
    /// The moves that a first plan has found, each with the unit's move number then; null before it. Planning again carries out what is left of them and finds no
    /// others.
    /// </summary>
    public IReadOnlyList<(RebalanceMove Move, int Number)>? Found { get; init; }

    /// <summary>The same without some units.</summary>
    public OptimizePlacement Without(IReadOnlySet<string> units) => this with { Found = Found?.Where(found => !units.Contains(found.Move.Unit)).ToList() };

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var found = Found ?? Find(state, now);
        var view = new PlacementView(state);
        var moves = found.Where(one => IsLeft(state, view, one.Move, one.Number, now)).Select(one => (one.Move, Group: GroupOf(view, one.Move))).ToList();
        var services = ServiceGuard.Judge(state, [.. moves.SelectMany(one => one.Group).Distinct()], force: false);
        foreach (var (move, group) in moves)
        {
            if (group.Select(unit => services.Refusal(unit, "Moving")).FirstOrDefault(refusal => refusal is not null) is { } refusal)
            {
                plan.Refuse(refusal with { Target = move.Unit });
                continue;
            }

            var name = UnitName.Parse(move.Unit);
            var record = state.Units[move.Unit]!.Value;
            plan.Add(
                new OperationChange(OperationAction.Move, move.Unit, $"from {MachineRecords.NameOf(state, move.From)} to {MachineRecords.NameOf(state, move.To)}: {move.Reason}"),
                [UnitRecords.Unchanged(state, name), .. group.SelectMany(services.Guards)],
                [UnitRecords.Put(state, name, record with { Move = record.Move + 1, MoveTo = move.To })]);
        }

        return plan.Build(this with { Found = found });
    }

    private IReadOnlyList<(RebalanceMove Move, int Number)> Find(ClusterState state, DateTimeOffset now)
    {
        var view = new PlacementView(state);
        var backends = new ServingBackends(state);
        var moves = Rebalance.Plan(state, MostMoves, now, unit => backends.TryTake([UnitName.Parse(unit), .. Followers(view, unit, state.Placed[unit]!.Value.Machine)]));
        return [.. moves.Select(move => (move, state.Units[move.Unit]!.Value.Move))];
    }

    /// <summary>Whether a move that was found is still to be made, and can be.</summary>
    private static bool IsLeft(ClusterState state, PlacementView view, RebalanceMove move, int number, DateTimeOffset now) =>
        state.Units[move.Unit] is { Value: { Desired: not DesiredState.Inactive } record }
        && record.Move == number
        && state.Placed[move.Unit] is { Value: { Leaving: null } placed } && placed.Machine == move.From
        && view.RulesOf(move.Unit) is { } rules
        && view.Planner.Refusal(rules, move.To, view.AvoidedBy(move.Unit, now)) is null;

    private static IReadOnlyList<UnitName> GroupOf(PlacementView view, RebalanceMove move) =>
        [UnitName.Parse(move.Unit), .. Followers(view, move.Unit, move.From)];

    private static IEnumerable<UnitName> Followers(PlacementView view, string unit, string machine) =>
        view.GroupOf(unit).Where(follower => view.Places(follower).Contains(machine)).Select(UnitName.Parse);
}
