using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>
/// Changes the operator's metadata of machines, key by key: keys that are not named stay, so two operators who change different keys do not lose each other's.
/// It moves nothing; it counts when units are placed.
/// </summary>
/// <param name="Machines">Ids of machines.</param>
/// <param name="Values">Keys to set, and their values.</param>
/// <param name="Removed">Keys to remove.</param>
public sealed record SetMachineMetadata(IReadOnlyList<string> Machines, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Removed) : IOperation
{
    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (!IsValid(plan))
        {
            return plan.Build(this);
        }

        foreach (var machine in MachineRecords.Find(state, Machines, plan))
        {
            var key = state.Keys.Metadata(machine);
            if (!MachineRecords.IsMalformed(state, machine, key, plan))
            {
                Plan(state, machine, key, plan);
            }
        }

        return plan.Build(this);
    }

    private void Plan(ClusterState state, string machine, string key, PlanBuilder plan)
    {
        var before = state.Metadata[machine]?.Value ?? new MetadataRecord();
        var own = state.Machines[machine]?.Value.Metadata ?? [];
        var values = new SortedDictionary<string, string>(before.Values, StringComparer.Ordinal);
        var changes = new List<string>();
        foreach (var (name, value) in Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var was = before.Values.GetValueOrDefault(name);
            if (was != value)
            {
                values[name] = value;
                changes.Add($"{name}={value}, was {was ?? own.GetValueOrDefault(name) ?? "unset"}");
            }
        }

        foreach (var name in Removed.Distinct(StringComparer.Ordinal))
        {
            if (values.Remove(name, out var was))
            {
                changes.Add($"no {name}, was {was}{(own.TryGetValue(name, out var agents) ? $"; its agent says {agents}" : "")}");
            }
            else if (own.TryGetValue(name, out var agents))
            {
                plan.Warn(machine, $"{name}={agents} of {MachineRecords.NameOf(state, machine)} comes from its agent and stays: Start-HaAgent -Metadata says it. -Metadata here would put another value over it.");
            }
        }

        if (changes.Count > 0)
        {
            plan.Add(
                new OperationChange(OperationAction.Set, machine, string.Join("; ", changes)),
                [MachineRecords.Same(state, machine), MachineRecords.Unchanged(state, key)],
                [values.Count == 0 && before.Unknown is null ? new StoreWrite.Delete(key) : new StoreWrite.Put(key, RecordCodec.Write(before with { Values = values }))]);
        }
    }

    private bool IsValid(PlanBuilder plan)
    {
        foreach (var (name, value) in Values)
        {
            if (WhyNoKey(name) is { } wrong)
            {
                plan.Refuse("MetadataInvalid", RefusalKind.Invalid, name, $"'{name}' cannot be a key of metadata: {wrong}.");
            }
            else if (value.Length == 0 || value.Any(char.IsControl))
            {
                plan.Refuse("MetadataInvalid", RefusalKind.Invalid, name, $"The value of {name} {(value.Length == 0 ? "is empty: -RemoveMetadata removes a key" : "has a control character")}.");
            }
            else if (Removed.Contains(name, StringComparer.Ordinal))
            {
                plan.Refuse("MetadataInvalid", RefusalKind.Invalid, name, $"{name} is to be set and to be removed.");
            }
        }

        return plan.Refusals.Count == 0;
    }

    /// <summary>What is wrong with a key, for people; null when MachineMetadata in a unit file can name it.</summary>
    private static string? WhyNoKey(string key)
    {
        foreach (var character in key)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character) || "=!<>~+(),\"'".Contains(character, StringComparison.Ordinal))
            {
                return $"it has the character U+{(int)character:X4}, which MachineMetadata in a unit file could not name";
            }
        }

        return key.Length == 0 ? "it is empty" : null;
    }
}
