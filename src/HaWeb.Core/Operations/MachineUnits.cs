using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.Core.Operations;

/// <summary>What stands on one machine's work list, as far as operations have to know more of it than the list says.</summary>
/// <param name="state">The cluster.</param>
internal sealed class MachineUnits(ClusterState state)
{
    private readonly UnitCatalog _catalog = new(state);

    /// <summary>Whether a unit runs on every machine that allows it. One whose file cannot be read is judged as an ordinary one.</summary>
    public bool IsGlobal(string unit) => state.Units[unit] is { Value.Hash: var hash } && _catalog.Find(unit, hash)?.Fleet.IsGlobal == true;

    /// <summary>The ordinary units on a machine's work list, leaving ones included: those that a drain moves away.</summary>
    public IEnumerable<string> Ordinary(string machine) =>
        state.Placements[machine].Entries
            .Where(entry => _catalog.Find(entry.Key, entry.Value.Value.Hash)?.Fleet.IsGlobal != true)
            .Select(entry => entry.Key);

    /// <summary>The units on a machine that are there because a unit is, MachineOf by MachineOf: they move with it.</summary>
    public IReadOnlyList<string> FollowersOf(string unit, string machine)
    {
        var group = new List<string> { unit };
        for (var next = 0; next < group.Count; next++)
        {
            var anchor = group[next];
            group.AddRange(state.Placements[machine].Entries
                .Where(entry => !group.Contains(entry.Key, StringComparer.Ordinal)
                    && _catalog.RulesOf(entry.Key, entry.Value.Value.Hash)?.MachineOf.Contains(anchor, StringComparer.Ordinal) == true)
                .Select(entry => entry.Key)
                .ToList());
        }

        return group[1..];
    }
}
