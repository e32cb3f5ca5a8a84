using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations.Views;

/// <summary>Judges whether machines that are drained have nothing left to move, on a state that is not older than the cordon.</summary>
/// <param name="state">The cluster, which must not change while this is used.</param>
/// <param name="now">The time.</param>
public sealed class DrainCondition(ClusterState state, DateTimeOffset now)
{
    private readonly MachineUnits _units = new(state);
    private PlacementView? _view;

    /// <summary>Judges one machine. It fails when all that is left on it has nowhere to go.</summary>
    /// <param name="machine">The machine's id.</param>
    public WaitVerdict Judge(string machine)
    {
        var units = _units.Ordinary(machine).Order(UnitNameComparer.Instance).ToList();
        if (units.Count == 0)
        {
            return new WaitVerdict.Done();
        }

        if (state.Cordons[machine]?.Value is not { Drain: true } cordon)
        {
            return new WaitVerdict.Failed("It is drained no longer: another operation has changed that.");
        }

        var stuck = cordon.Force ? [] : units.Select(unit => (Unit: unit, Why: WhyStuck(unit, machine))).Where(one => one.Why is not null).ToList();
        return stuck.Count == units.Count
            ? new WaitVerdict.Failed($"What is left on it cannot leave. {string.Join("\n", stuck.Select(one => $"{one.Unit}: {one.Why}"))}")
            : new WaitVerdict.Going($"has {units.Count} left to move, next {units.Find(IsLeaving) ?? units.First(unit => !stuck.Exists(one => one.Unit == unit))}");

        bool IsLeaving(string unit) => state.Placements[machine, unit]!.Value.State == PlacementState.Leave;
    }

    /// <summary>Why no other machine takes a unit, for people; null when one does, or the unit leaves already.</summary>
    private string? WhyStuck(string unit, string machine)
    {
        if (state.Placements[machine, unit]!.Value.State == PlacementState.Leave)
        {
            return null;
        }

        _view ??= new PlacementView(state);
        if (_view.RulesOf(unit) is not { } rules)
        {
            return "its unit file is missing or wrong: Test-HaUnit says how";
        }

        var answers = _view.Planner.Explain(rules, _view.AvoidedBy(unit, now)).Where(answer => answer.Machine != machine).ToList();
        return answers.Exists(answer => answer.Refusal is null) ? null
            : answers.Count == 0 ? "there is no other machine"
            : "no other machine takes it: " + string.Join("; ", answers.Select(answer => $"{MachineRecords.NameOf(state, answer.Machine)}: {answer.Refusal!.Reason}"));
    }
}
