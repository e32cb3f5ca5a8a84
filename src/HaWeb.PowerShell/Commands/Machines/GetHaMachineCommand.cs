using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Machines;

/// <summary>Shows the machines of the cluster.</summary>
[Cmdlet(VerbsCommon.Get, "HaMachine")]
[OutputType(typeof(HaMachine))]
public sealed class GetHaMachineCommand : ClusterCmdlet
{
    /// <summary>Ids or names of machines, with wildcards; all of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MachineCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            foreach (var machine in await streams.ResolveAsync(new MachineQuery(Name) { Several = true }, state))
            {
                if (MachineView.Find(state, machine) is { } view)
                {
                    await streams.WriteAsync(HaMachine.Of(view, cluster));
                }
            }
        });
    }
}
