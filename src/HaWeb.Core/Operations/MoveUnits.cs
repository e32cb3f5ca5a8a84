using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Wants placed units on another machine. Each is stopped where it is before it starts there, and what is MachineOf it goes with it. A unit that is there already,
/// or on its way there, is left as it is.
/// </summary>
/// <param name="Names">Full names of units.</param>
/// <param name="To">The id of the machine; null for any other than the present one.</param>
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

        var machines = new MachineUnits(state);
        var before = new Dictionary<string, int>(Before, StringComparer.Ordinal);
        var moves = new List<Move>();
        foreach (var name in UnitRecords.Names(Names, plan))
        {
            if (Find(state, machines, name, plan) is { } move && (before.TryAdd(name.FullName, move.Record.Move) || before[name.FullName] == move.Record.Move))
            {
                moves.Add(move);
            }
        }

        moves = Accepted(state, moves, now, plan);
        var services = ServiceGuard.Judge(state, [.. moves.SelectMany(move => move.Group).Distinct()], Force);
        foreach (var move in moves)
        {
            if (move.Group.Select(unit => services.Refusal(unit, "Moving")).FirstOrDefault(refusal => refusal is not null) is { } refusal)
            {
                plan.Refuse(refusal with { Target = move.Name.FullName });
                continue;
            }

            plan.Add(
                new OperationChange(OperationAction.Move, move.Name.FullName, Describe(state, move)),
                [UnitRecords.Unchanged(state, move.Name), .. move.Group.SelectMany(services.Guards)],
                [UnitRecords.Put(state, move.Name, move.Record with { Move = move.Record.Move + 1, MoveTo = To })]);
        }

        return plan.Build(this with { Before = before });
    }

    /// <summary>What is to be moved of a name; null when nothing is, or it is refused.</summary>
    private Move? Find(ClusterState state, MachineUnits machines, UnitName name, PlanBuilder plan)
    {
        if (UnitRecords.FindRunnable(state, name, "moved", plan) is not { Value: var record })
        {
            return null;
        }

        if (machines.IsGlobal(name.FullName))
        {
            plan.Refuse("UnitIsGlobal", RefusalKind.Invalid, name.FullName, $"{name} is global: it runs on every machine that allows it, so there is nowhere to move it.");
            return null;
        }

        if (state.Placed[name.FullName]?.Value is not { Machine: { Length: > 0 } machine } placed || state.Placements[machine, name.FullName] is not { } entry)
        {
            plan.Refuse(
                "UnitNotPlaced",
                RefusalKind.Conflict,
                name.FullName,
                record.Desired == DesiredState.Inactive
                    ? $"{name} is inactive and placed nowhere, so there is nothing to move. Start-HaUnit starts it."
                    : $"{name} is placed nowhere yet, so there is nothing to move. Get-HaPlacement {name} shows why no machine takes it.");
            return null;
        }

        var isUnderWay = record.Move > placed.Move;
        if (isUnderWay ? record.MoveTo == To : machine == To && entry.Value.State != PlacementState.Leave)
        {
            return null;
        }

        return new Move(name, record, machine, [name, .. machines.FollowersOf(name.FullName, machine).Select(UnitName.Parse)]);
    }

    /// <summary>
    /// The moves that the planner allows, as if each were carried out before the next; the others are refused. Units come after those that they are MachineOf.
    /// </summary>
    private List<Move> Accepted(ClusterState state, List<Move> moves, DateTimeOffset now, PlanBuilder plan)
    {
        var view = new PlacementView(state);
        var accepted = new List<Move>();
        foreach (var move in moves.OrderByDescending(move => move.Group.Count))
        {
            var unit = move.Name.FullName;
            if (view.RulesOf(unit) is not { } rules)
            {
                plan.Refuse(UnitRecords.FileMissing(move.Name, move.Record.Hash));
                continue;
            }

            var answers = view.Planner.Explain(rules, view.AvoidedBy(unit, now)).Where(answer => answer.Machine != move.From && (To is null || answer.Machine == To)).ToList();
            if (answers.Find(answer => answer.Refusal is null) is { } answer)
            {
                accepted.Add(move);
                view.Leave(move.From, unit);
                view.Place(To ?? answer.Machine, rules);
            }
            else if (answers.Count > 0 || To is null)
            {
                plan.Refuse("MachineRefuses", RefusalKind.Conflict, unit, WhyNot(state, move.Name, answers));
            }
            else
            {
                // Back to the machine that it is leaving: whether that takes it is known once it has left.
                accepted.Add(move);
            }
        }

        return [.. moves.Where(accepted.Contains)];
    }

    private string WhyNot(ClusterState state, UnitName name, List<PlacementAnswer> answers) => To is not null
        ? $"{MachineRecords.NameOf(state, To)} does not take {name}: {answers[0].Refusal!.Reason}."
        : answers.Count == 0
            ? $"There is no other machine that could take {name}."
            : $"No other machine takes {name}: {string.Join("; ", answers.Select(answer => $"{MachineRecords.NameOf(state, answer.Machine)}: {answer.Refusal!.Reason}"))}.";

    private string Describe(ClusterState state, Move move)
    {
        var with = move.Group.Count > 1 ? $", with {string.Join(", ", move.Group.Skip(1))}" : "";
        return $"from {MachineRecords.NameOf(state, move.From)} to {(To is null ? "another machine" : MachineRecords.NameOf(state, To))}{with}";
    }

    /// <param name="Name">The unit.</param>
    /// <param name="Record">What is stored of it.</param>
    /// <param name="From">The machine it is placed on.</param>
    /// <param name="Group">The unit itself and all that move with it.</param>
    private sealed record Move(UnitName Name, UnitRecord Record, string From, IReadOnlyList<UnitName> Group);
}
