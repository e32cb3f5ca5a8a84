using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Writes units.</summary>
internal static class UnitOutput
{
    /// <summary>Writes the units of these names as they are.</summary>
    public static async Task WriteUnitsAsync(this CmdletStreams streams, HaCluster cluster, ClusterState state, IEnumerable<string> names)
    {
        var views = cluster.ViewsOf(state, new UnitCatalog(state));
        foreach (var view in names.SelectMany(views.Of))
        {
            await streams.WriteAsync(HaUnit.Of(view, cluster));
        }
    }
}
