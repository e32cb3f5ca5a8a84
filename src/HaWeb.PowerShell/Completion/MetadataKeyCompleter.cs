using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the keys of the machines' metadata.</summary>
public sealed class MetadataKeyCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) =>
        state.Machines.Names.Select(id => PlanMachine.Of(state, id)).OfType<PlanMachine>()
            .SelectMany(machine => machine.Metadata.Select(pair => (pair.Key, Machine: $"{machine.Id} {pair.Value}")))
            .GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .OrderBy(key => key.Key, StringComparer.Ordinal)
            .Select(key => (key.Key, string.Join(", ", key.Select(pair => pair.Machine))));
}
