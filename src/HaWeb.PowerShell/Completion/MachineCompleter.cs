using HaWeb.Core.Cluster;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the ids and names of machines.</summary>
public sealed class MachineCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) =>
        state.Machines.Entries
            .SelectMany(machine => new[] { machine.Value.Value.Name, machine.Key }.Select(text => (text, $"{machine.Key} {machine.Value.Value.Address}")))
            .DistinctBy(candidate => candidate.text)
            .OrderBy(candidate => candidate.text, StringComparer.Ordinal);
}
