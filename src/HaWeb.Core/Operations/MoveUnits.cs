using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Wants placed units on another machine. Each is stopped where it is before it starts there, and what is MachineOf it goes with it. A unit that is there already,
/// or on its way there, is left as it is.
/// </summary>
/// <param name="Names">Full names of units.</param>
/// <param name="To">The id of the machine; null for the one that gets it of all others.</param>
/// <param name="Force">Whether it may take the last healthy backends of a service meanwhile.</param>
public sealed record MoveUnits(IReadOnlyList<string> Names, string? To, bool Force = false) : IOperation
{
    /// <summary>
    /// The move numbers that the units had when this was planned first: whatever is above has been moved since, so that planning again does not move it twice.
    /// </summary>
    public IReadOnlyDictionary<string, int> Before { get; init; } = new Dictionary<string, int>();

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (To is not null && !MachineRecords.Exists(state, To))
        {
            plan.Refuse(MachineRecords.NotFound(To));
            return plan.Build(this);
        }

        var view = new PlacementView(state);
        var before = new Dictionary<string, int>(Before, StringComparer.Ordinal);
        var found = new List<Move>();
        foreach (var name in UnitRecords.Names(Names, plan))
        {
            if (Find(state, view, name, plan) is { } move && (before.TryAdd(name.FullName, move.Record.Move) || before[name.FullName] == move.Record.Move))
            {
                found.Add(move);
            }
        }

        var targets = Targets(state, view, found, now, plan);
        var moves = found.FindAll(move => targets.ContainsKey(move.Name));
        var services = ServiceGuard.Judge(state, [.. moves.SelectMany(move => move.Group).Distinct()], Force);
        foreach (var move in moves)
        {
            if (move.Group.Select(unit => services.Refusal(unit, "Moving")).FirstOrDefault(refusal => refusal is not null) is { } refusal)
            {
                plan.Refuse(refusal with { Target = move.Name.FullName });
                continue;
            }

            var to = targets[move.Name];
            var with = move.Group.Count > 1 ? $", with {string.Join(", ", move.Group.Skip(1))}" : "";
            plan.Add(
                new OperationChange(OperationAction.Move, move.Name.FullName, $"from {MachineRecords.NameOf(state, move.From)} to {MachineRecords.NameOf(state, to)}{with}"),
                [UnitRecords.Unchanged(state, move.Name), .. move.Group.SelectMany(services.Guards)],
                [UnitRecords.Put(state, move.Name, move.Record with { Move = move.Record.Move + 1, MoveTo = to })]);
        }

        return plan.Build(this with { Before = before });
    }

    /// <summary>What is to be moved of a name; null when nothing is, or it is refused.</summary>
    private Move? Find(ClusterState state, PlacementView view, UnitName name, PlanBuilder plan)
    {
        var unit = name.FullName;
        if (UnitRecords.FindRunnable(state, name, "moved", plan) is not { Value: var record })
        {
            return null;
        }

        if (view.RulesOf(unit) is not { } rules)
        {
            plan.Refuse(UnitRecords.FileMissing(name, record.Hash));
            return null;
        }

        if (rules.IsGlobal)
        {
            plan.Refuse("UnitIsGlobal", RefusalKind.Invalid, unit, $"{name} is global: it runs on every machine that takes it, so there is nowhere to move it.");
            return null;
        }

        if (state.Placed[unit]?.Value is not { Machine: { Length: > 0 } machine } placed || state.Placements[machine, unit] is not { } entry)
        {
            plan.Refuse(
                "UnitNotPlaced",
                RefusalKind.Conflict,
                unit,
                record.Desired == DesiredState.Inactive
                    ? $"{name} is inactive and placed nowhere, so there is nothing to move. Start-HaUnit starts it."
                    : $"{name} is placed nowhere yet, so there is nothing to move. Get-HaPlacement {name} shows why no machine takes it.");
            return null;
        }

        var isUnderWay = record.Move > placed.Move;
        if (isUnderWay ? To is null || record.MoveTo == To : machine == To && entry.Value.State != PlacementState.Leave)
        {
            return null;
        }

        var followers = view.GroupOf(unit).Where(follower => view.Places(follower).Contains(machine)).Select(UnitName.Parse);
        return new Move(name, record, machine, rules, [name, .. followers]);
    }

    /// <summary>
    /// The machines that the planner allows the units to go to, as if each were there before the next one goes; the others are refused. Units come after those
    /// that they are MachineOf.
    /// </summary>
    private Dictionary<UnitName, string> Targets(ClusterState state, PlacementView view, List<Move> moves, DateTimeOffset now, PlanBuilder plan)
    {
        var targets = new Dictionary<UnitName, string>();
        foreach (var move in moves.OrderByDescending(move => move.Group.Count))
        {
            var unit = move.Name.FullName;
            var avoid = view.AvoidedBy(unit, now);
            var elsewhere = new SortedSet<string>(avoid, StringComparer.Ordinal) { move.From };
            var refusal = To is null || To == move.From ? null : view.Planner.Refusal(move.Rules, To, avoid);
            if (refusal is not null)
            {
                plan.Refuse("MachineRefuses", RefusalKind.Conflict, unit, $"{MachineRecords.NameOf(state, To!)} does not take {move.Name}: {refusal.Reason}.");
            }
            else if ((To ?? view.Planner.Choose(move.Rules, view.FollowersOf(unit), elsewhere)) is { } target)
            {
                targets.Add(move.Name, target);
                view.Leave(move.From, unit);
                view.Place(target, move.Rules);
            }
            else
            {
                var answers = view.Planner.Explain(move.Rules, avoid).Where(answer => answer.Machine != move.From).ToList();
                plan.Refuse("MachineRefuses", RefusalKind.Conflict, unit, answers.Count == 0
                    ? $"There is no other machine that could take {move.Name}."
                    : $"No other machine takes {move.Name}: {GroupedReasons.Of(answers.Select(answer => (MachineRecords.NameOf(state, answer.Machine), answer.Refusal?.Reason ?? "")))}.");
            }
        }

        return targets;
    }

    /// <param name="Name">The unit.</param>
    /// <param name="Record">What is stored of it.</param>
    /// <param name="From">The machine it is placed on.</param>
    /// <param name="Rules">What it demands of a machine.</param>
    /// <param name="Group">The unit itself and all that move with it.</param>
    private sealed record Move(UnitName Name, UnitRecord Record, string From, PlacementRules Rules, IReadOnlyList<UnitName> Group);
}
