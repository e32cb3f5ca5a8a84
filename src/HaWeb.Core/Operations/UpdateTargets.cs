using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>What can be updated: templates, and units that were made from none.</summary>
internal static class UpdateTargets
{
    /// <summary>Finds one; a refusal when there is none of this name, or when it has no update of its own.</summary>
    public static UnitName? Find(ClusterState state, string typed, PlanBuilder plan)
    {
        if (!UnitRecords.TryName(typed, plan, out var name) || UnitRecords.Find(state, name, plan) is not { Value: var record })
        {
            return null;
        }

        if (record.Template is { } template && state.Units[template] is not null)
        {
            plan.Refuse(
                "UpdateNeedsTemplate",
                RefusalKind.Invalid,
                name.FullName,
                $"{name} is an instance of {template} and is updated with it. Name the template; -Canary 1 -Pause tries the file on one instance first.");
            return null;
        }

        var key = state.Keys.Update(name.FullName);
        if (state.Malformed.TryGetValue(key, out var problem))
        {
            plan.Refuse("StoredValueMalformed", RefusalKind.Conflict, name.FullName, $"The stored value of {key} cannot be read ({problem}): repair it or delete the key, then try again.");
            return null;
        }

        return name;
    }

    /// <summary>Another update is under way.</summary>
    public static OperationRefusal InProgress(UnitName name, UpdateRecord running) => new(
        "UpdateInProgress",
        RefusalKind.Conflict,
        name.FullName,
        running.State == UpdateState.Running
            ? $"{name} is being updated to another file ({running.To[..Math.Min(8, running.To.Length)]}) already. 'Update-HaUnit {name}' follows that update; -Rollback ends it."
            : $"{name} is going back to its former file. 'Update-HaUnit {name}' follows that; try again when it has ended.");
}
