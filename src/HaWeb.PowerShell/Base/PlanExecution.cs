using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Base;

/// <summary>Asks for every change of an operation's plan, and carries out those that the operator wants.</summary>
/// <param name="Streams">Where to ask and tell.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="IsWhatIf">Whether nothing shall be changed.</param>
/// <param name="PassThru">Whether -WhatIf puts out the steps as objects too.</param>
internal sealed record PlanExecution(CmdletStreams Streams, HaCluster Cluster, bool IsWhatIf, bool PassThru)
{
    /// <summary>Plans, asks, and carries out an operation on one target.</summary>
    public Task<IReadOnlySet<string>?> RunAsync(IOperation operation, ClusterState state) => RunAsync(operation, state, _ => new Nothing());

    /// <summary>Plans, asks, and carries out.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="state">The cluster as it was just read.</param>
    /// <param name="without">The operation without targets that the operator declined.</param>
    /// <returns>The targets that were not acted on, or null with -WhatIf.</returns>
    public async Task<IReadOnlySet<string>?> RunAsync(IOperation operation, ClusterState state, Func<IReadOnlySet<string>, IOperation> without)
    {
        var plan = operation.Plan(state, Cluster.Client.Now);
        if (IsWhatIf)
        {
            await ShowAsync(state, plan);
            await TellAsync(plan.Warnings, plan.Refusals);
            return null;
        }

        var declined = await AskAsync(plan);
        if (declined.Count > 0)
        {
            plan = without(declined).Plan(state, Cluster.Client.Now);
        }

        var outcome = await Cluster.Client.ApplyAsync(plan, Streams.CancellationToken);
        foreach (var change in outcome.Changes)
        {
            await Streams.WriteVerboseAsync(change.ToString());
        }

        await TellAsync(outcome.Warnings, outcome.Refusals);
        declined.UnionWith(outcome.Refusals.Select(refusal => refusal.Target));
        return declined;
    }

    private async Task<HashSet<string>> AskAsync(OperationPlan plan)
    {
        var declined = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in plan.Changes)
        {
            if (await Streams.ShouldProcessAsync(change.ToString()) == Consent.Refused)
            {
                declined.Add(change.Target);
            }
        }

        return declined;
    }

    /// <summary>Shows the plan, and what would come of it for the places of units.</summary>
    private async Task ShowAsync(ClusterState state, OperationPlan plan)
    {
        foreach (var step in PlannedStep.Of(state, plan, Cluster.Client.Now))
        {
            if (await Streams.ShouldProcessAsync(step.ToString()) == Consent.WhatIf && PassThru)
            {
                await Streams.WriteAsync(HaPlanStep.Of(step, Cluster));
            }
        }
    }

    private async Task TellAsync(IEnumerable<OperationWarning> warnings, IEnumerable<OperationRefusal> refusals)
    {
        foreach (var warning in warnings)
        {
            await Streams.WriteWarningAsync(warning.Message);
        }

        await Streams.WriteRefusalsAsync(refusals);
    }

    private sealed record Nothing : IOperation
    {
        public OperationPlan Plan(ClusterState state, DateTimeOffset now) => new([], [], [], this);
    }
}
