using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Clusters;

/// <summary>Closes a connection. What runs on the cluster goes on running.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "HaCluster")]
public sealed class DisconnectHaClusterCommand : AsyncCmdlet
{
    /// <summary>The connection; the session's when none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public HaCluster? Cluster { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var current = CurrentCluster.Get();
        var cluster = Cluster ?? current;
        if (cluster is null)
        {
            WriteVerbose("No cluster is connected.");
            return;
        }

        if (cluster == current)
        {
            CurrentCluster.Set(null);
        }

        Run(_ => cluster.DisposeAsync().AsTask());
    }
}
