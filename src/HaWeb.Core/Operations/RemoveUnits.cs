using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Removes units and templates. A placed one is stopped and leaves its machine. Instances of a removed template stay: each has its own copy of the file.
/// Files stay until <see cref="CollectFiles"/>.
/// </summary>
/// <param name="Names">Full names of units and templates.</param>
/// <param name="Force">Whether it may take the last healthy backends of a service.</param>
public sealed record RemoveUnits(IReadOnlyList<string> Names, bool Force = false) : IOperation
{
    /// <summary>The units that a plan has found before: when planning again does not, they are gone and that is well.</summary>
    public IReadOnlyList<string> Found { get; init; } = [];

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var units = UnitRecords.Names(Names, plan)
            .Where(name => state.Units.Contains(name.FullName)
                || (!Found.Contains(name.FullName, StringComparer.Ordinal) && UnitRecords.Find(state, name, plan) is not null))
            .ToList();
        var services = ServiceGuard.Judge(state, units, Force);
        var removed = new HashSet<UnitName>();
        foreach (var name in units)
        {
            var update = state.Keys.Update(name.FullName);
            if (state.Raw(update) is not null && state.Updates[name.FullName] is not { Value.IsUnderWay: false })
            {
                plan.Refuse("UpdateInProgress", RefusalKind.Conflict, name.FullName, $"{name} is being updated. Wait until Update-HaUnit has ended, or end it with -Rollback; then remove it.");
            }
            else if (services.Refusal(name, "Removing") is { } refusal)
            {
                plan.Refuse(refusal);
            }
            else
            {
                removed.Add(name);
                var record = state.Units[name.FullName]!.Value;
                var was = record.Desired == DesiredState.Inactive ? "was inactive" : $"is stopped first, was {record.Desired.ToString().ToLowerInvariant()}";
                plan.Add(
                    new OperationChange(OperationAction.Remove, name.FullName, name.IsTemplate ? "a template; its instances stay" : was),
                    [UnitRecords.Unchanged(state, name), MachineRecords.Unchanged(state, update), .. services.Guards(name)],
                    [new StoreWrite.Delete(state.Keys.Unit(name.FullName)), .. state.Raw(update) is null ? [] : (IReadOnlyList<StoreWrite>)[new StoreWrite.Delete(update)]]);
            }
        }

        WarnOfTimers(state, removed, plan);
        return plan.Build(this with { Found = [.. Found, .. units.Select(name => name.FullName)] });
    }

    private static void WarnOfTimers(ClusterState state, HashSet<UnitName> removed, PlanBuilder plan)
    {
        foreach (var (timer, service) in TimerServices.Started(state).Where(one => removed.Contains(one.Service) && !removed.Contains(one.Timer)))
        {
            plan.Warn(service.FullName, $"{timer} is started and has nothing to start without {service}. Remove-HaUnit {timer} removes it too.");
        }
    }
}
