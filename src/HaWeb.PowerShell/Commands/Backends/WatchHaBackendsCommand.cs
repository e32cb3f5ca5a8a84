using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Shows the backends of a service as they are, and then the whole set again after every change.</summary>
[Cmdlet(VerbsCommon.Watch, "HaBackends")]
[Alias("Watch-HaBackend")]
[OutputType(typeof(HaBackendChange))]
public sealed class WatchHaBackendsCommand : ClusterCmdlet
{
    /// <summary>The services.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[] Service { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var cluster = GetCluster();
        Run(streams => WatchAsync(streams, cluster));
    }

    private async Task WatchAsync(CmdletStreams streams, HaCluster cluster)
    {
        var services = Service.Distinct(StringComparer.Ordinal).ToDictionary(service => service, service => new BackendWatch(cluster, service), StringComparer.Ordinal);
        await foreach (var (state, changed) in cluster.Client.WatchAsync(streams.WriteInterruption, streams.CancellationToken))
        {
            foreach (var service in services.Values)
            {
                await service.TellAsync(streams, state, changed);
            }
        }
    }
}
