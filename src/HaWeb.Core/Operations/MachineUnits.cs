using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.Core.Operations;

/// <summary>What stands on one machine's work list, as far as operations have to know more of it than the list says.</summary>
/// <param name="state">The cluster.</param>
internal sealed class MachineUnits(ClusterState state)
{
    private readonly UnitCatalog _catalog = new(state);

    /// <summary>
    /// The ordinary units on a machine's work list, leaving ones included: those that a drain moves away. One whose file cannot be read is taken for one.
    /// </summary>
    public IEnumerable<string> Ordinary(string machine) =>
        state.Placements[machine].Entries
            .Where(entry => _catalog.RulesOf(entry.Key, entry.Value.Value.Hash) is not { IsGlobal: true })
            .Select(entry => entry.Key);
}
