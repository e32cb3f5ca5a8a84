using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Clusters;

/// <summary>Ends a hold: the machines that vanished together are lost, and their units are placed elsewhere.</summary>
[Cmdlet(VerbsLifecycle.Resume, "HaCluster", SupportsShouldProcess = true)]
[OutputType(typeof(HaClusterInfo), typeof(HaPlanStep))]
public sealed class ResumeHaClusterCommand : ClusterCmdlet
{
    /// <summary>Returns as soon as the wish is stored.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long to wait for the end of the hold, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int TimeoutSec { get; set; } = 60;

    /// <summary>Puts out the cluster as it is then; with -WhatIf the steps of the plan.</summary>
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
        var untouched = await new PlanExecution(streams, cluster, isWhatIf, PassThru).RunAsync(new ResumeCluster(), state);
        if (untouched is not { Count: 0 })
        {
            return;
        }

        var wait = new StateWait(
            streams,
            cluster,
            "Ending the hold",
            present => _ => Judge(present),
            (name, failed) => new CommandError("ResumeFailed", ErrorCategory.InvalidResult, $"{name}: {failed.Reason}", name, "Look with Get-HaCluster."),
            "The wish stays and goes on. Get-HaCluster shows the hold; -TimeoutSec allows more time.");
        if (NoWait)
        {
            await wait.WarnWhenPointlessAsync([cluster.Name]);
        }
        else
        {
            await wait.RunAsync([cluster.Name], TimeSpan.FromSeconds(TimeoutSec));
        }

        if (PassThru)
        {
            state = await cluster.Client.ReadAsync(streams.CancellationToken);
            await streams.WriteAsync(HaClusterInfo.Of(ClusterView.Of(state, cluster.Client.Kind, cluster.Name), cluster));
        }
    }

    private static WaitVerdict Judge(ClusterState state) =>
        state.Engine is not { } engine ? new WaitVerdict.Going("has no leader just now")
        : engine.Value.Holding is { } holding ? new WaitVerdict.Going($"holds still: {holding}")
        : new WaitVerdict.Done();
}
