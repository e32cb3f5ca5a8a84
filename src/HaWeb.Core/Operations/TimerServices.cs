using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Loads the services of timers that are started: a timer is placed where its service is, and starts it there.</summary>
/// <param name="state">The cluster.</param>
/// <param name="named">The units that are started anyway.</param>
/// <param name="templates">Makes instances of templates.</param>
internal sealed class TimerServices(ClusterState state, IReadOnlyCollection<UnitName> named, UnitTemplates templates)
{
    private readonly Dictionary<UnitName, bool> _loaded = [];

    /// <summary>The timers that are started, each with its service.</summary>
    public static IEnumerable<(UnitName Timer, UnitName Service)> Started(ClusterState state)
    {
        foreach (var (unit, record) in state.Units.Entries)
        {
            if (record.Value.Desired != DesiredState.Inactive && UnitName.TryParse(unit, out var name, out _) && name.IsTimer
                && state.Files[record.Value.Hash] is { Value: var text } && TimerOptions.ServiceOf(name, UnitFile.Parse(text, out _)) is { } service)
            {
                yield return (name, service);
            }
        }
    }

    /// <summary>Whether a timer's service is among units, or a template that it can be made from.</summary>
    /// <param name="service">The service.</param>
    /// <param name="isThere">Whether a unit or a template is.</param>
    public static bool IsAmong(UnitName service, Func<UnitName, bool> isThere) => isThere(service) || (service.Template is { } template && isThere(template));

    /// <summary>What is said of a timer before it is started, whose service there is none of.</summary>
    public static string Missing(UnitName timer, UnitName service) => $"{timer} starts {service}, which is neither given here nor stored. Import it too before the timer is started, or name another one with Unit=.";

    /// <summary>Whether a unit is loaded for a timer, and not to be launched.</summary>
    public bool Has(UnitName unit) => _loaded.ContainsKey(unit);

    /// <summary>Loads the service of a timer, where it is not.</summary>
    /// <returns>Whether the timer may be started.</returns>
    public bool Load(UnitDefinition timer, PlanBuilder plan)
    {
        if (timer.Timer is not { Service: var service })
        {
            return true;
        }

        if (!_loaded.TryGetValue(service, out var isLoaded) && !named.Contains(service))
        {
            _loaded.Add(service, isLoaded = Load(timer.Name, service, plan));
        }

        return isLoaded || named.Contains(service);
    }

    private bool Load(UnitName timer, UnitName service, PlanBuilder plan)
    {
        if (state.Units[service.FullName] is { Value: var record })
        {
            return LoadStored(timer, service, record, plan);
        }

        if (UnitRecords.IsMalformed(state, service, plan))
        {
            return false;
        }

        if (service.Template is { } template && state.Units.Contains(template.FullName))
        {
            return templates.Instantiate(service, unit => MayBeTimed(timer, unit, plan), plan);
        }

        plan.Refuse(
            "TimerServiceNotFound",
            RefusalKind.NotFound,
            timer.FullName,
            $"{timer} starts {service}, and there is no such unit{(service.Template is null ? "" : $", nor a template {service.Template}")}. Import-HaUnit stores it; Unit= in [Timer] names another one.");
        return false;
    }

    private bool LoadStored(UnitName timer, UnitName service, UnitRecord record, PlanBuilder plan)
    {
        if (state.Files[record.Hash] is not { Value: var text })
        {
            plan.Refuse(UnitRecords.FileMissing(service, record.Hash));
            return false;
        }

        if (UnitLinter.Check(service, text).Definition is { } unit && !MayBeTimed(timer, unit, plan))
        {
            return false;
        }

        if (record.Desired == DesiredState.Inactive)
        {
            plan.Add(
                new OperationChange(OperationAction.Load, service.FullName, $"to be placed, so that {timer} can start it there"),
                [UnitRecords.Unchanged(state, service)],
                [UnitRecords.Put(state, service, record with { Desired = DesiredState.Loaded })]);
        }

        return true;
    }

    private static bool MayBeTimed(UnitName timer, UnitDefinition service, PlanBuilder plan)
    {
        if (service.Fleet.IsGlobal)
        {
            plan.Refuse(
                "TimerServiceGlobal",
                RefusalKind.Conflict,
                timer.FullName,
                $"{timer} starts {service.Name}, which runs on every machine (Global), and a timer is placed on one. Remove Global from {service.Name}.");
        }

        return !service.Fleet.IsGlobal;
    }
}
