using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>What the operations on machines have in common: finding them, and guarding what is written about them.</summary>
internal static class MachineRecords
{
    /// <summary>Whether there is a machine of this id, its record readable or not.</summary>
    public static bool Exists(ClusterState state, string id) =>
        state.Keys.Parse(state.Keys.Machine(id)) is { Table: ClusterTable.Machines } && state.Raw(state.Keys.Machine(id)) is not null;

    /// <summary>The ids of machines that there are, each once, in the order given; a refusal for every other.</summary>
    public static IReadOnlyList<string> Find(ClusterState state, IEnumerable<string> ids, PlanBuilder plan)
    {
        var found = new List<string>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (Exists(state, id))
            {
                found.Add(id);
            }
            else
            {
                plan.Refuse(NotFound(id));
            }
        }

        return found;
    }

    public static OperationRefusal NotFound(string typed) => new(
        "MachineNotFound",
        RefusalKind.NotFound,
        typed,
        $"There is no machine with the id or name '{typed}'. Get-HaMachine lists the machines.");

    /// <summary>Whether a key of the machine holds something that is no record; it is refused then, since writing would destroy it.</summary>
    public static bool IsMalformed(ClusterState state, string machine, string key, PlanBuilder plan)
    {
        if (!state.Malformed.TryGetValue(key, out var problem))
        {
            return false;
        }

        plan.Refuse("StoredValueMalformed", RefusalKind.Conflict, machine, $"The stored value of {key} cannot be read ({problem}): repair it or delete the key, then try again.");
        return true;
    }

    /// <summary>The machine must still be the one that was seen, whatever its agent has written of it since.</summary>
    public static StoreCompare Same(ClusterState state, string machine)
    {
        var key = state.Keys.Machine(machine);
        return StoreCompare.CreatedAt(key, state.Raw(key)?.CreateRevision ?? 0);
    }

    /// <summary>A key must be as it was seen.</summary>
    public static StoreCompare Unchanged(ClusterState state, string key) => StoreCompare.ModifiedAt(key, state.Raw(key)?.ModRevision ?? 0);

    /// <summary>What people call a machine: its name.</summary>
    public static string NameOf(ClusterState state, string machine) =>
        state.Machines[machine]?.Value.Name is { Length: > 0 } name ? name : machine;
}
