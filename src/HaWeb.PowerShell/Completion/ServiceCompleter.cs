using HaWeb.Core.Cluster;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the names of services that have backends.</summary>
public sealed class ServiceCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) =>
        state.Backends.Owners.Select(service => (service, $"{service}: {state.Backends[service].Count} backends"));
}
