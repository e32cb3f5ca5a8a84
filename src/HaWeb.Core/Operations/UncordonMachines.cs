using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>Lets machines have new units again, and ends their drains. Nothing moves back to them by itself.</summary>
/// <param name="Machines">Ids of machines.</param>
public sealed record UncordonMachines(IReadOnlyList<string> Machines) : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        foreach (var machine in MachineRecords.Find(state, Machines, plan))
        {
            // A cordon that cannot be read counts as one, and this is how it is taken away.
            var key = state.Keys.Cordon(machine);
            if (state.Raw(key) is null)
            {
                continue;
            }

            var cordon = state.Cordons[machine]?.Value;
            var why = cordon?.Reason is { Length: > 0 } reason ? $": {reason}" : "";
            plan.Add(
                new OperationChange(
                    OperationAction.Resume,
                    machine,
                    $"{MachineRecords.NameOf(state, machine)} gets new units again, was {(cordon is { Drain: true } ? "draining" : "cordoned")}{why}"),
                [MachineRecords.Unchanged(state, key)],
                [new StoreWrite.Delete(key)]);
        }

        return plan.Build(this);
    }
}
