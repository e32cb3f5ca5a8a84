using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Wants launched units stopped and started once.</summary>
/// <param name="Names">Full names of units.</param>
/// <param name="Force">Whether it may take the last healthy backends of a service meanwhile.</param>
public sealed record RestartUnits(IReadOnlyList<string> Names, bool Force = false) : IOperation
{
    /// <summary>
    /// The restart numbers that the units had when this was planned first: whatever is above has been restarted since, so that planning again
    /// does not restart it twice.
    /// </summary>
    public IReadOnlyDictionary<string, int> Before { get; init; } = new Dictionary<string, int>();

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var before = new Dictionary<string, int>(Before, StringComparer.Ordinal);
        var units = new List<UnitName>();
        foreach (var name in UnitRecords.Names(Names, plan))
        {
            if (UnitRecords.FindRunnable(state, name, "restarted", plan) is not { Value: var unit })
            {
                continue;
            }

            if (unit.Desired != DesiredState.Launched)
            {
                plan.Refuse(
                    "UnitNotLaunched",
                    RefusalKind.Conflict,
                    name.FullName,
                    $"{name} is {unit.Desired.ToString().ToLowerInvariant()}, not launched, so there is nothing to restart. Start-HaUnit starts it.");
            }
            else if (before.TryAdd(name.FullName, unit.Restart) || before[name.FullName] == unit.Restart)
            {
                units.Add(name);
            }
        }

        var services = ServiceGuard.Judge(state, units, Force);
        foreach (var name in units)
        {
            if (services.Refusal(name, "Restarting") is { } refusal)
            {
                plan.Refuse(refusal);
                continue;
            }

            var record = state.Units[name.FullName]!.Value;
            plan.Add(
                new OperationChange(OperationAction.Restart, name.FullName, "to be stopped and started once"),
                [UnitRecords.Unchanged(state, name), .. services.Guards(name)],
                [UnitRecords.Put(state, name, record with { Restart = record.Restart + 1 })]);
        }

        return plan.Build(this with { Before = before });
    }
}
