using System.Management.Automation;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Base;

/// <summary>A cmdlet that works on a cluster: the one given, the one that the piped object is from, or the session's.</summary>
public abstract class ClusterCmdlet : AsyncCmdlet
{
    private readonly HashSet<HaCluster> _used = [];

    /// <summary>The cluster, as Connect-HaCluster gives it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public HaCluster? Cluster { get; set; }

    /// <summary>The cluster to work on now. Call it on the pipeline's thread.</summary>
    protected HaCluster GetCluster() => Guard(() => FindCluster() ?? throw new CommandException(NotConnected));

    /// <summary>As <see cref="GetCluster"/>, or null when none is given and none is connected.</summary>
    protected HaCluster? FindCluster()
    {
        var cluster = Cluster ?? CurrentCluster.Get() ?? ConnectFromEnvironment();
        if (cluster is not null)
        {
            _used.Add(cluster);
        }

        return cluster;
    }

    /// <summary>Lets simulated clusters settle, so that the next command sees the outcome.</summary>
    /// <param name="streams">Where to tell.</param>
    protected override async Task FinishAsync(CmdletStreams streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        foreach (var cluster in _used)
        {
            cluster.Client.Simulation?.Settle(null, streams.CancellationToken);
            if (cluster.Client.Simulation?.TakeWarning() is { } warning)
            {
                await streams.WriteWarningAsync(warning);
            }
        }
    }

    private static CommandError NotConnected => new(
        "NotConnected",
        ErrorCategory.ConnectionError,
        "No cluster is connected.",
        null,
        "Connect with 'Connect-HaCluster -Endpoint http://host:2379', set HAWEB_ENDPOINTS, or give -Cluster.");

    private static HaCluster? ConnectFromEnvironment()
    {
        if (ClusterEnvironment.Read() is not { } options)
        {
            return null;
        }

        var connection = new ClusterConnection.InEtcd(options);
        var cluster = new HaCluster(new ClusterClient(connection.Open(), connection.Keys, connection.Kind));
        CurrentCluster.Set(cluster);
        return cluster;
    }
}
