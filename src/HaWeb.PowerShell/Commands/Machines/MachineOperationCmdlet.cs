using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Commands.Units;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>A cmdlet that changes machines. It collects them, makes one plan of all of them at the end, asks, and carries it out.</summary>
public abstract class MachineOperationCmdlet : ClusterCmdlet
{
    private readonly UnitSelection _selection = new();

    /// <summary>Ids or names of machines, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Puts out the machines as they are then; with -WhatIf the steps of the plan.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _selection.Add(GetCluster(), Id);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var isWhatIf = IsWhatIf;
        foreach (var (cluster, names) in _selection.Clusters)
        {
            Run(streams => ExecuteAsync(streams, cluster, names, isWhatIf));
        }
    }

    /// <summary>The operation on these machines.</summary>
    private protected abstract IOperation Operation(IReadOnlyList<string> machines);

    /// <summary>Waits for what the operation leads to.</summary>
    private protected virtual Task WaitAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> machines) => Task.CompletedTask;

    private async Task ExecuteAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<string> names, bool isWhatIf)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var machines = await streams.ResolveAsync(new MachineQuery(names), state);
        var untouched = await new PlanExecution(streams, cluster, isWhatIf, PassThru)
            .RunAsync(Operation(machines), state, declined => Operation([.. machines.Except(declined)]));
        if (untouched is null)
        {
            return;
        }

        var asked = machines.Where(machine => !untouched.Contains(machine)).ToList();
        await WaitAsync(streams, cluster, asked);
        if (PassThru)
        {
            state = await cluster.Client.ReadAsync(streams.CancellationToken);
            foreach (var view in asked.Select(machine => MachineView.Find(state, machine)).OfType<MachineView>())
            {
                await streams.WriteAsync(HaMachine.Of(view, cluster));
            }
        }
    }
}
