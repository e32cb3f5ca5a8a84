using System.Management.Automation;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Base;

/// <summary>A cmdlet that works on a cluster: the one given, the one that the piped object is from, or the session's.</summary>
public abstract class ClusterCmdlet : AsyncCmdlet
{
    /// <summary>The cluster, as Connect-HaCluster gives it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public HaCluster? Cluster { get; set; }

    /// <summary>The cluster to work on now. Call it on the pipeline's thread.</summary>
    protected HaCluster GetCluster() => Guard(() => FindCluster() ?? throw new CommandException(NotConnected));

    /// <summary>As <see cref="GetCluster"/>, or null when none is given and none is connected.</summary>
    protected HaCluster? FindCluster() => Cluster ?? CurrentCluster.Get() ?? ConnectFromEnvironment();

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
