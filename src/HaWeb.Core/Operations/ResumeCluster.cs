using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>
/// Ends a hold (PROTOCOL.md section 3): the machines that vanished together are lost, and what was placed on them is placed elsewhere.
/// </summary>
public sealed record ResumeCluster : IOperation
{
    /// <summary>Whether a plan has found a hold before: when planning again does not, it has ended and that is well.</summary>
    public bool Found { get; init; }

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var held = state.Engine?.Value.HoldingMachines ?? [];
        if (held.Count == 0)
        {
            if (!Found)
            {
                plan.Refuse("NothingHeld", RefusalKind.Conflict, state.Keys.Root.TrimEnd('/'), "The cluster holds nothing: units of lost machines are placed elsewhere as soon as the loss is proven. Get-HaCluster shows a hold in Holding.");
            }
        }
        else if (state.Resume is null || held.Except(state.Resume.Value.Machines, StringComparer.Ordinal).Any())
        {
            plan.Add(
                new OperationChange(OperationAction.Resume, state.Keys.Root.TrimEnd('/'), $"{string.Join(", ", held)} count as lost, and their units are placed elsewhere"),
                [MachineRecords.Unchanged(state, state.Keys.Resume), MachineRecords.Unchanged(state, state.Keys.Engine)],
                [new StoreWrite.Put(state.Keys.Resume, RecordCodec.Write(new ResumeRecord { Machines = [.. held], Since = now }))]);
        }

        return plan.Build(this with { Found = true });
    }
}
