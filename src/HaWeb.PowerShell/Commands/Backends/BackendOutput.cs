using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Writes backends.</summary>
internal static class BackendOutput
{
    /// <summary>The backends of a service.</summary>
    public static IReadOnlyList<HaBackend> BackendsOf(this HaCluster cluster, ClusterState state, string service) =>
        [.. BackendView.OfService(state, service).Select(view => new HaBackend(view, cluster))];

    /// <summary>Writes the backend of this name, if there is one.</summary>
    public static async Task WriteBackendAsync(this CmdletStreams streams, HaCluster cluster, ClusterState state, string service, string name)
    {
        foreach (var backend in cluster.BackendsOf(state, service).Where(backend => backend.Name == name))
        {
            await streams.WriteAsync(backend);
        }
    }
}
