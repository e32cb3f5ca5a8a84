using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Wants units placed and running, or placed only. A name that is not stored is made from the stored template, and then has its own copy of the file.
/// A unit that is wanted so, or more than so, is left as it is, unless it has ended: then it is started again. With a timer its service is placed.
/// </summary>
/// <param name="Names">Full names of units.</param>
/// <param name="Desired"><see cref="DesiredState.Launched"/>, or <see cref="DesiredState.Loaded"/> to place them and not start them.</param>
public sealed record StartUnits(IReadOnlyList<string> Names, DesiredState Desired = DesiredState.Launched) : IOperation
{
    private OperationAction Action => Desired == DesiredState.Launched ? OperationAction.Start : OperationAction.Load;

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        var templates = new UnitTemplates(state);
        var names = UnitRecords.Names(Names, plan);
        var services = new TimerServices(state, names, templates);
        foreach (var name in names)
        {
            if (name.IsTemplate)
            {
                plan.Refuse(
                    "TemplateNotStartable",
                    RefusalKind.Invalid,
                    name.FullName,
                    $"{name} is a template and never runs. Start instances of it: '{name.Prefix}@{{1,2}}.{name.Suffix}' in quotes, which PowerShell needs for braces, or {name.Prefix}@ -Instance 1, 2.");
            }
            else if (state.Units[name.FullName] is { } unit)
            {
                PlanStored(state, name, unit.Value, services, plan);
            }
            else if (!UnitRecords.IsMalformed(state, name, plan))
            {
                templates.Instantiate(name, unit => services.Load(unit, plan), plan);
            }
        }

        foreach (var (name, made) in templates.Take(plan))
        {
            var desired = services.Has(name) ? DesiredState.Loaded : Desired;
            plan.Add(
                new OperationChange(desired == Desired ? Action : OperationAction.Load, name.FullName, $"{Describe(desired)}, made from {name.Template}"),
                [UnitRecords.Unchanged(state, name), UnitRecords.Unchanged(state, name.Template!)],
                [UnitRecords.PutFile(state, made.Hash, ""), UnitRecords.Put(state, name, made with { Desired = desired })]);
        }

        return plan.Build(this);
    }

    private void PlanStored(ClusterState state, UnitName name, UnitRecord record, TimerServices services, PlanBuilder plan)
    {
        var hasEnded = Desired == DesiredState.Launched && HasEnded(state, name, record);
        var again = hasEnded && record.Desired == DesiredState.Launched;
        if (record.Desired >= Desired && !again && !name.IsTimer)
        {
            return;
        }

        if (state.Files[record.Hash] is not { Value: var text })
        {
            plan.Refuse(UnitRecords.FileMissing(name, record.Hash));
            return;
        }

        if (UnitLinter.Check(name, text).Definition is { } unit && !services.Load(unit, plan))
        {
            return;
        }

        if (record.Desired >= Desired && !again)
        {
            return;
        }

        plan.Add(
            new OperationChange(Action, name.FullName, again ? "to be started again, has ended" : $"{Describe(Desired)}, was {record.Desired.ToString().ToLowerInvariant()}"),
            [UnitRecords.Unchanged(state, name)],
            [UnitRecords.Put(state, name, record with { Restart = hasEnded ? record.Restart + 1 : record.Restart, Desired = again ? record.Desired : Desired })]);
    }

    /// <summary>Whether a placed unit has ended or failed, everywhere it is, and nothing asks for another run yet; as with systemd, a start is one then.</summary>
    private static bool HasEnded(ClusterState state, UnitName name, UnitRecord record) =>
        state.Placements.OwnersOf(name.FullName) is { Count: > 0 } machines
        && machines.All(machine => state.Status[machine, name.FullName]?.Value is { Active: "inactive" or "failed" } status
            && status.Generation == state.Placements[machine, name.FullName]!.CreateRevision
            && status.Restart == record.Restart
            && (status.Active == "failed" || status.ExitCode is not null));

    private static string Describe(DesiredState desired) => desired == DesiredState.Launched ? "to be placed and running" : "to be placed and not running";
}
