using HaWeb.Core.Cluster;

namespace HaWeb.Core.Operations;

/// <summary>Wants units stopped. They keep their places, unless they are to be unloaded.</summary>
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
            .Where(name => UnitRecords.FindRunnable(state, name, "stopped", plan) is { } unit && unit.Value.Desired > wanted)
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
            plan.Add(
                new OperationChange(action, name.FullName, $"{(Unload ? "to be placed nowhere" : "to be stopped on its machine")}, was {record.Desired.ToString().ToLowerInvariant()}"),
                [UnitRecords.Unchanged(state, name), .. services.Guards(name)],
                [UnitRecords.Put(state, name, record with { Desired = wanted })]);
        }

        return plan.Build(this);
    }
}
