using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>
/// A cmdlet that changes units. It collects the names, makes one plan of all of them at the end, asks, carries it out, and waits for the result.
/// </summary>
public abstract class UnitOperationCmdlet : NamedUnitsCmdlet
{
    /// <summary>Returns as soon as the wish is stored.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait for the result, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 300;

    /// <summary>Puts out the units as they are then; with -WhatIf the steps of the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, for progress: <c>Starting units</c>.</summary>
    private protected abstract string Activity { get; }

    /// <summary>What the units shall become.</summary>
    private protected abstract WaitGoal Goal { get; }

    /// <summary>Reads the arguments that the cluster has to be known for, and writes an error when one is wrong.</summary>
    /// <returns>Whether to go on.</returns>
    private protected virtual Task<bool> PrepareAsync(CmdletStreams streams, ClusterState state) => Task.FromResult(true);

    /// <summary>Says what came out otherwise than asked for, although the units have arrived.</summary>
    private protected virtual Task CheckAsync(CmdletStreams streams, HaCluster cluster, ClusterState state, IReadOnlyList<string> units) => Task.CompletedTask;

    /// <summary>Which units the names mean.</summary>
    private protected virtual UnitQuery Query(IReadOnlyList<string> names) => new(names);

    /// <summary>The operation on these units.</summary>
    private protected abstract IOperation Operation(IReadOnlyList<string> units);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var isWhatIf = IsWhatIf;
        foreach (var (cluster, names) in Selection.Clusters)
        {
            Run(streams => ExecuteAsync(streams, cluster, names, isWhatIf));
        }
    }

    private async Task ExecuteAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names, bool isWhatIf)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        if (!await PrepareAsync(streams, state))
        {
            return;
        }

        var units = await streams.ResolveAsync(Query(names), state);
        var untouched = await new PlanExecution(streams, cluster, isWhatIf, PassThru)
            .RunAsync(Operation(units), state, declined => Operation([.. units.Except(declined)]));
        if (untouched is null)
        {
            return;
        }

        var asked = units.Where(unit => !untouched.Contains(unit)).ToList();
        var wait = new UnitWait(streams, cluster, Activity, views => WaitCondition.Judge(views, Goal));
        if (NoWait)
        {
            await wait.WarnWhenPointlessAsync(asked);
        }
        else
        {
            await wait.RunAsync(asked, TimeSpan.FromSeconds(TimeoutSec));
        }

        state = await cluster.Client.ReadAsync(streams.CancellationToken);
        if (!NoWait)
        {
            await CheckAsync(streams, cluster, state, asked);
        }

        if (PassThru)
        {
            await streams.WriteUnitsAsync(cluster, state, asked);
        }
    }
}
