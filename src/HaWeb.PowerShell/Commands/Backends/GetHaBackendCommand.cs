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

            foreach (var service in Service.SelectMany(typed => BackendValues.Services(state, typed)).Distinct(StringComparer.Ordinal))
            {
                foreach (var view in BackendView.OfService(state, service))
                {
                    await streams.WriteAsync(new HaBackend(view, cluster));
                }
            }

            foreach (var typed in Service.Where(typed => !BackendValues.Exists(state, cluster.ViewsOf(state), typed)))
            {
                await streams.WriteErrorAsync(new CommandError(
                    "ServiceNotFound",
                    ErrorCategory.ObjectNotFound,
                    $"There is no service '{typed}': it has no backend, and no unit names it.",
                    typed,
                    "A unit is a backend of the service that its file names: [X-HaWeb] Service=. Names are case-sensitive."));
            }
        });
    }
}
