using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Wants units stopped. They keep their places, unless they are to be unloaded. A run of a loaded unit that a timer, or a unit that needs it, has started ends too.</summary>
/// <param name="Names">Full names of units.</param>
/// <param name="Unload">Whether they give up their places too.</param>
/// <param name="Force">Whether it may take the last healthy backends of a service.</param>
public sealed record StopUnits(IReadOnlyList<string> Names, bool Unload = false, bool Force = false) : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var wanted = Unload ? DesiredState.Inactive : DesiredState.Loaded;
        var action = Unload ? OperationAction.Unload : OperationAction.Stop;
        var units = UnitRecords.Names(Names, plan)
            .Where(name => UnitRecords.FindRunnable(state, name, "stopped", plan) is { } unit && (unit.Value.Desired > wanted || RunsForOthers(state, name, unit.Value)))
            .ToList();
        var services = ServiceGuard.Judge(state, units, Force);
        foreach (var name in units)
        {
            if (services.Refusal(name, "Stopping") is { } refusal)
            {
                plan.Refuse(refusal);
                continue;
            }

            var record = state.Units[name.FullName]!.Value;
            if (record.Desired <= wanted)
            {
                plan.Add(
                    new OperationChange(action, name.FullName, "the run that its timer, or a unit that needs it, has started is to end"),
                    [UnitRecords.Unchanged(state, name), .. services.Guards(name)],
                    [UnitRecords.Put(state, name, record with { Restart = record.Restart + 1 })]);
                continue;
            }

            plan.Add(
                new OperationChange(action, name.FullName, $"{(Unload ? "to be placed nowhere" : "to be stopped on its machine")}, was {record.Desired.ToString().ToLowerInvariant()}"),
                [UnitRecords.Unchanged(state, name), .. services.Guards(name)],
                [UnitRecords.Put(state, name, record with { Desired = wanted })]);
        }

        return plan.Build(this);
    }

    /// <summary>Whether a unit is loaded, and runs there since its timer, or a unit that needs it, has asked for that.</summary>
    private static bool RunsForOthers(ClusterState state, UnitName name, UnitRecord record) =>
        record.Desired == DesiredState.Loaded
        && state.Placements.OwnersOf(name.FullName).Any(machine =>
            state.Status[machine, name.FullName]?.Value is { Trigger: not null, Active: "activating" or "active" or "reloading" } status && status.Restart == record.Restart);
}
