using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Wants units placed and running, or placed only. A name that is not stored is made from the stored template, and then has its own copy of the file.
/// A unit that is wanted so, or more than so, is left as it is, unless it has ended: then it is started again.
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
        foreach (var name in UnitRecords.Names(Names, plan))
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
                PlanStored(state, name, unit.Value, plan);
            }
            else if (!UnitRecords.IsMalformed(state, name, plan))
            {
                templates.Instantiate(name, plan);
            }
        }

        foreach (var (name, made) in templates.Take(plan))
        {
            plan.Add(
                new OperationChange(Action, name.FullName, $"{Describe()}, made from {name.Template}"),
                [UnitRecords.Unchanged(state, name), UnitRecords.Unchanged(state, name.Template!)],
                [UnitRecords.PutFile(state, made.Hash, ""), UnitRecords.Put(state, name, made with { Desired = Desired })]);
        }

        return plan.Build(this);
    }

    private void PlanStored(ClusterState state, UnitName name, UnitRecord record, PlanBuilder plan)
    {
        var again = Desired == DesiredState.Launched && HasEnded(state, name, record);
        if (record.Desired >= Desired && !again)
        {
            return;
        }

        if (state.Files[record.Hash] is null)
        {
            plan.Refuse(UnitRecords.FileMissing(name, record.Hash));
            return;
        }

        plan.Add(
            new OperationChange(Action, name.FullName, again ? "to be started again, has ended" : $"{Describe()}, was {record.Desired.ToString().ToLowerInvariant()}"),
            [UnitRecords.Unchanged(state, name)],
            [UnitRecords.Put(state, name, again ? record with { Restart = record.Restart + 1 } : record with { Desired = Desired })]);
    }

    /// <summary>Whether a launched unit has ended or failed, everywhere it is, and nothing asks for another run yet; as with systemd, a start is one then.</summary>
    private static bool HasEnded(ClusterState state, UnitName name, UnitRecord record) =>
        record.Desired == DesiredState.Launched
        && state.Placements.OwnersOf(name.FullName) is { Count: > 0 } machines
        && machines.All(machine => state.Status[machine, name.FullName]?.Value is { Active: "inactive" or "failed" } status
            && status.Generation == state.Placements[machine, name.FullName]!.CreateRevision
            && status.Restart == record.Restart
            && (status.Active == "failed" || status.ExitCode is not null));

    private string Describe() => Desired == DesiredState.Launched ? "to be placed and running" : "to be placed and not running";
}
