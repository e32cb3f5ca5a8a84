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

    /// <summary>Judges one machine. It fails when nothing is on its way and nothing of what is left can leave.</summary>
    /// <param name="machine">The machine's id.</param>
    public WaitVerdict Judge(string machine)
    {
        var units = _units.Ordinary(machine).Order(UnitNameComparer.Instance).ToList();
        if (units.Count == 0)
        {
            return new WaitVerdict.Done();
        }

        if (state.Cordons[machine] is not { Value.Drain: true })
        {
            return new WaitVerdict.Failed("It is drained no longer: another operation has changed that.");
        }

        if (!state.Sessions.Contains(machine))
        {
            return new WaitVerdict.Going($"is not alive; its {units.Count} units are placed elsewhere when its loss is proven");
        }

        var left = $"has {units.Count} left to move";
        return units.Find(unit => state.Placements[machine, unit]!.Value.State == PlacementState.Leave) is { } leaving
            ? new WaitVerdict.Going($"{left}; {leaving} leaves")
            : JudgeRest(machine, left);
    }

    private WaitVerdict JudgeRest(string machine, string left)
    {
        // To ask what each unit waits for costs a look at every unit, which is spared while one leaves.
        var drains = new Drains(state, _view ??= new PlacementView(state), now);
        if (drains.UnderWay.FirstOrDefault(unit => !HasFailed(unit)) is { } moving)
        {
            return new WaitVerdict.Going($"{left}; {moving} is on its way");
        }

        var rest = drains.Judge().Where(answer => answer.Machine == machine).ToList();
        return rest.Count == 0 || rest.Exists(answer => answer.Wait is null)
            ? new WaitVerdict.Going(left)
            : new WaitVerdict.Failed($"What is left on it cannot leave.\n{string.Join("\n", GroupedReasons.Lines(rest.Select(answer => (answer.Unit, answer.Wait!))).Select(line => line + "."))}");
    }

    private bool HasFailed(string unit) => state.Placements.OwnersOf(unit).Any(machine => state.Status[machine, unit] is { Value.Active: "failed" });
}
