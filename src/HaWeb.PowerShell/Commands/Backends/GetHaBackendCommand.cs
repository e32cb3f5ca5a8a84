using System.Management.Automation;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Shows the backends of services, as load balancers see them.</summary>
[Cmdlet(VerbsCommon.Get, "HaBackend")]
[OutputType(typeof(HaBackend))]
public sealed class GetHaBackendCommand : ClusterCmdlet
{
    /// <summary>Services, with wildcards; all of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[] Service { get; set; } = ["*"];

    /// <summary>Shows the running instances too that are withdrawn: unhealthy ones, and those whose first probes have not passed yet.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(async streams =>
        {
            var state = await cluster.Client.ReadAsync(streams.CancellationToken);
            foreach (var (key, problem) in BackendValues.Malformed(state, Service))
            {
                await streams.WriteErrorAsync(BackendValues.Error(key, problem));
            }

            var units = All ? cluster.ViewsOf(state).All().ToList() : [];
            foreach (var service in Service.SelectMany(typed => BackendValues.Services(state, units, typed)).Distinct(StringComparer.Ordinal))
            {
                foreach (var view in BackendView.OfService(state, service).Concat(BackendView.Withheld(state, service, units)))
                {
                    await streams.WriteAsync(new HaBackend(view, cluster));
                }
            }

            foreach (var typed in Service.Where(typed => !BackendValues.Exists(state, cluster.ViewsOf(state), typed)))
            {
                await streams.WriteErrorAsync(BackendValues.NotFound(typed));
            }
        });
    }
}
