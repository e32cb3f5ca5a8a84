using System.Management.Automation;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Clusters;

/// <summary>Says how the cluster is.</summary>
[Cmdlet(VerbsCommon.Get, "HaCluster")]
[OutputType(typeof(HaClusterInfo))]
public sealed class GetHaClusterCommand : ClusterCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            await streams.WriteAsync(HaClusterInfo.Of(ClusterView.Of(state, cluster.Client.Kind, cluster.Name), cluster));
        });
    }
}
