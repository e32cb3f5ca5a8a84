using System.Diagnostics.CodeAnalysis;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>What the operations on units have in common: reading their records, and writing them under guards.</summary>
internal static class UnitRecords
{
    /// <summary>Reads what an operator calls a unit; a refusal when it is no unit name.</summary>
    public static bool TryName(string typed, PlanBuilder plan, [NotNullWhen(true)] out UnitName? name)
    {
        if (UnitName.TryParse(UnitName.Complete(typed), out name, out var error))
        {
            return true;
        }

        plan.Refuse("UnitNameInvalid", RefusalKind.Invalid, typed, error.Message);
        return false;
    }

    /// <summary>The names, each once, in the order given; refusals for those that are none.</summary>
    public static IReadOnlyList<UnitName> Names(IEnumerable<string> typed, PlanBuilder plan)
    {
        var names = new List<UnitName>();
        foreach (var text in typed)
        {
            if (TryName(text, plan, out var name))
            {
                names.Add(name);
            }
        }

        return [.. names.Distinct()];
    }

    /// <summary>Whether the unit's key holds something that is no record; it is refused then, since writing would destroy it.</summary>
    public static bool IsMalformed(ClusterState state, UnitName name, PlanBuilder plan)
    {
        var key = state.Keys.Unit(name.FullName);
        if (!state.Malformed.TryGetValue(key, out var problem))
        {
            return false;
        }

        plan.Refuse("StoredValueMalformed", RefusalKind.Conflict, name.FullName, $"The stored value of {key} cannot be read ({problem}): repair it or delete the key, then try again.");
        return true;
    }

    /// <summary>The record of a unit that an operation acts on; a refusal when there is none.</summary>
    public static Versioned<UnitRecord>? Find(ClusterState state, UnitName name, PlanBuilder plan)
    {
        if (state.Units[name.FullName] is { } unit)
        {
            return unit;
        }

        if (!IsMalformed(state, name, plan))
        {
            plan.Refuse("UnitNotFound", RefusalKind.NotFound, name.FullName, $"There is no unit {name}.{NearestUnit.Suggest(name, state.Units.Names)} Get-HaUnit lists the units.");
        }

        return null;
    }

    /// <summary>As <see cref="Find"/>, for what templates never do.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="name">The unit.</param>
    /// <param name="verb">What is to be done with it, in the form <c>stopped</c>.</param>
    /// <param name="plan">Takes the refusal.</param>
    public static Versioned<UnitRecord>? FindRunnable(ClusterState state, UnitName name, string verb, PlanBuilder plan)
    {
        if (!name.IsTemplate)
        {
            return Find(state, name, plan);
        }

        plan.Refuse(
            "TemplateNeverRuns",
            RefusalKind.Invalid,
            name.FullName,
            $"{name} is a template and never runs, so it cannot be {verb}. Name its instances, for example '{name.Prefix}@*'.");
        return null;
    }

    /// <summary>
    /// The record of a unit that was not there. What still stands of one that was removed a moment ago has been counted on: the numbers go on from there, so
    /// that what is there is started anew, and what is asked for next is not taken for done.
    /// </summary>
    public static UnitRecord New(ClusterState state, UnitName name, string hash)
    {
        var entries = state.Placements.OwnersOf(name.FullName).Select(machine => state.Placements[machine, name.FullName]!.Value).ToList();
        return new UnitRecord
        {
            Hash = hash,
            Restart = entries.Select(entry => entry.Restart + 1).DefaultIfEmpty().Max(),
            Reload = entries.Select(entry => entry.Reload).DefaultIfEmpty().Max(),
            Move = state.Placed[name.FullName]?.Value.Move ?? 0,
        };
    }

    public static OperationRefusal FileMissing(UnitName name, string hash) => new(
        "UnitFileMissing",
        RefusalKind.Conflict,
        name.FullName,
        $"The file of {name} ({hash}) is not in the store. Import-HaUnit with the same file stores it again.");

    /// <summary>The unit must be as it was seen.</summary>
    public static StoreCompare Unchanged(ClusterState state, UnitName name) =>
        StoreCompare.ModifiedAt(state.Keys.Unit(name.FullName), state.Units[name.FullName]?.ModRevision ?? 0);

    public static StoreWrite Put(ClusterState state, UnitName name, UnitRecord record) =>
        new StoreWrite.Put(state.Keys.Unit(name.FullName), RecordCodec.Write(record));

    /// <summary>
    /// The write that goes into every transaction that makes a unit name a file, also when the file is stored already: it gives the
    /// file a new revision, and <see cref="CollectFiles"/> deletes a file only at the revision at which nothing named it.
    /// </summary>
    public static StoreWrite PutFile(ClusterState state, string hash, string text) =>
        new StoreWrite.Put(state.Keys.File(hash), state.Files[hash]?.Value ?? text);
}
