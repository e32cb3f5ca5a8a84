using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>
/// Removes the unit files that nothing names: no unit, no work list and no rolling update. A file is deleted only at the revision that it had
/// when nothing named it; whoever comes to name it puts it again in the same transaction, which gives it another revision.
/// </summary>
public sealed record CollectFiles : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (state.Malformed.Keys.Any(key => state.Keys.Parse(key) is { Table: ClusterTable.Units or ClusterTable.Placements or ClusterTable.Updates }))
        {
            // What cannot be read may name any file.
            return plan.Build(this);
        }

        var named = state.Units.Entries.Select(unit => unit.Value.Value.Hash)
            .Concat(state.Placements.Entries.Select(placement => placement.Entry.Value.Hash))
            .Concat(state.Updates.Entries.SelectMany(update => update.Value.Value.Before.Values.Append(update.Value.Value.From).Append(update.Value.Value.To)))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var (hash, file) in state.Files.Entries.Where(file => !named.Contains(file.Key)))
        {
            var key = state.Keys.File(hash);
            plan.Add(
                new OperationChange(OperationAction.Collect, hash, "no unit has this file any more"),
                [StoreCompare.ModifiedAt(key, file.ModRevision)],
                [new StoreWrite.Delete(key)]);
        }

        return plan.Build(this);
    }
}
