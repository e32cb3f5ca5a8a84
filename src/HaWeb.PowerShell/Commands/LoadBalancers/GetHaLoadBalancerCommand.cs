using System.Management.Automation;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Shows the load balancers: what each serves, and who holds the address that they share.</summary>
[Cmdlet(VerbsCommon.Get, "HaLoadBalancer")]
[OutputType(typeof(HaLoadBalancer))]
public sealed class GetHaLoadBalancerCommand : ClusterCmdlet
{
    /// <summary>Names of units, with wildcards and braces; all load balancers by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(UnitNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            var units = Name is null ? null : await streams.ResolveAsync(new UnitQuery(Name), state);
            foreach (var view in BalancerView.All(state).Where(view => units is null || units.Contains(view.Name, StringComparer.Ordinal)))
            {
                await streams.WriteAsync(new HaLoadBalancer(view, cluster));
            }
        });
    }
}
