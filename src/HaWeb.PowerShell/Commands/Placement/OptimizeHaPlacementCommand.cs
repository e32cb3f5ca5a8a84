using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Commands.Units;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Placement;

/// <summary>Moves a few units where that ends violations of rules or evens out the machines.</summary>
[Cmdlet(VerbsCommon.Optimize, "HaPlacement", SupportsShouldProcess = true)]
[OutputType(typeof(HaUnit), typeof(HaPlanStep))]
public sealed class OptimizeHaPlacementCommand : ClusterCmdlet
{
    /// <summary>How many units are moved at the most.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int MaxMoves { get; set; } = 10;

    /// <summary>Returns as soon as the wish is stored.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait for the result, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 300;

    /// <summary>Puts out the moved units as they are then; with -WhatIf the steps of the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        var isWhatIf = IsWhatIf;
        Run(streams => ExecuteAsync(streams, cluster, isWhatIf));
    }

    private async Task ExecuteAsync(CmdletStreams streams, HaCluster cluster, bool isWhatIf)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var found = (OptimizePlacement)new OptimizePlacement(MaxMoves).Plan(state, cluster.Client.Now).Again;
        var untouched = await new PlanExecution(streams, cluster, isWhatIf, PassThru).RunAsync(found, state, found.Without);
        if (untouched is null)
        {
            return;
        }

        var moved = found.Found!.Select(one => one.Move.Unit).Where(unit => !untouched.Contains(unit)).ToList();
        var wait = new UnitWait(streams, cluster, "Moving units", views => WaitCondition.Judge(views, WaitGoal.Moved));
        if (NoWait)
        {
            await wait.WarnWhenPointlessAsync(moved);
        }
        else
        {
            await wait.RunAsync(moved, TimeSpan.FromSeconds(TimeoutSec));
        }

        if (PassThru)
        {
            await streams.WriteUnitsAsync(cluster, await cluster.Client.ReadAsync(streams.CancellationToken), moved);
        }
    }
}
