using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the names of services: those that have backends, and those that stored units name.</summary>
public sealed class ServiceCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state)
    {
        var catalog = new UnitCatalog(state);
        var named = state.Units.Entries.Select(unit => catalog.Find(unit.Key, unit.Value.Value.Hash)?.HaWeb.Service).OfType<string>();
        return state.Backends.Owners.Concat(named).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(service => (service, $"{service}: {state.Backends[service].Count} backends"));
    }
}
