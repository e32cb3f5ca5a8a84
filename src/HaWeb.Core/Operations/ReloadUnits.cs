using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Wants running units to read their configuration again: their ExecReload commands are run, and nothing stops.</summary>
/// <param name="Names">Full names of units.</param>
public sealed record ReloadUnits(IReadOnlyList<string> Names) : IOperation
{
    /// <summary>The reload numbers that the units had when this was planned first: whatever is above has been reloaded since.</summary>
    public IReadOnlyDictionary<string, int> Before { get; init; } = new Dictionary<string, int>();

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var before = new Dictionary<string, int>(Before, StringComparer.Ordinal);
        foreach (var name in UnitRecords.Names(Names, plan))
        {
            if (UnitRecords.FindRunnable(state, name, "reloaded", plan) is not { Value: var unit })
            {
                continue;
            }

            if (!before.TryAdd(name.FullName, unit.Reload) && before[name.FullName] != unit.Reload)
            {
                continue;
            }

            if (Refusal(state, name, unit) is { } refusal)
            {
                plan.Refuse(refusal);
                continue;
            }

            plan.Add(
                new OperationChange(OperationAction.Reload, name.FullName, "to read its configuration again (ExecReload)"),
                [UnitRecords.Unchanged(state, name)],
                [UnitRecords.Put(state, name, unit with { Reload = unit.Reload + 1 })]);
        }

        return plan.Build(this with { Before = before });
    }

    private static OperationRefusal? Refusal(ClusterState state, UnitName name, UnitRecord unit)
    {
        if (state.Files[unit.Hash] is not { Value: var text })
        {
            return UnitRecords.FileMissing(name, unit.Hash);
        }

        if (UnitLinter.Check(name, text).Definition is { Service.Reload.Count: 0 })
        {
            return new OperationRefusal("UnitNotReloadable", RefusalKind.Invalid, name.FullName, $"{name} has no ExecReload line that says how it reads its configuration again. Restart-HaUnit stops and starts it.");
        }

        return unit.Desired == DesiredState.Launched && state.Placements.OwnersOf(name.FullName).Any(machine => state.Status[machine, name.FullName]?.Value is { IsActive: true })
            ? null
            : new OperationRefusal("UnitNotActive", RefusalKind.Conflict, name.FullName, $"{name} is not active, so there is nothing to reload. Start-HaUnit starts it.");
    }
}
