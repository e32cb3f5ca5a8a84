using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations.Views;

/// <summary>Asks every machine about units: the stored ones, and instances that a stored template would be made into.</summary>
public sealed class PlacementOptions
{
    private readonly ClusterState _state;
    private readonly PlacementView _view;
    private readonly DateTimeOffset _now;

    /// <summary>Makes one of a state.</summary>
    /// <param name="state">The cluster, which must not change while this is used.</param>
    /// <param name="now">The time, for machines that units are kept away from for a while.</param>
    public PlacementOptions(ClusterState state, DateTimeOffset now)
    {
        _state = state;
        _view = new PlacementView(state);
        _now = now;
    }

    /// <summary>What every machine says to a unit, by machine id.</summary>
    /// <param name="unit">The unit's full name.</param>
    /// <param name="refusal">Why nothing can be said: there is no such unit, or its file is missing or wrong.</param>
    public IReadOnlyList<PlacementOption> Of(string unit, out OperationRefusal? refusal)
    {
        var plan = new PlanBuilder();
        var definition = UnitRecords.TryName(unit, plan, out var name) ? Define(name, plan) : null;
        refusal = plan.Refusals is [var first, ..] ? first : null;
        if (definition is null)
        {
            return [];
        }

        var rules = PlacementRules.Of(definition);
        var avoid = _view.AvoidedBy(unit, _now);
        var answers = _view.Planner.Explain(rules, avoid);
        if (rules.IsGlobal)
        {
            return [.. answers.Select(answer => Option(unit, answer, answer.Refusal is null || _state.Placements[answer.Machine, unit] is not null ? answer.Machine : null))];
        }

        var chosen = _state.Placed[unit]?.Value.Machine is { Length: > 0 } placed ? placed : _view.Planner.ChooseOver(rules, _view.FollowersOf(unit), avoid)?.Machine;
        return [.. answers.Select(answer => Option(unit, answer, chosen))];
    }

    private PlacementOption Option(string unit, PlacementAnswer answer, string? chosen) => new()
    {
        Unit = unit,
        Machine = answer.Machine,
        MachineName = MachineRecords.NameOf(_state, answer.Machine),
        Rule = answer.Refusal?.Rule.ToString(),
        Reason = answer.Refusal?.Reason ?? "",
        Chosen = chosen,
    };

    private UnitDefinition? Define(UnitName name, PlanBuilder plan)
    {
        if (name.IsTemplate)
        {
            plan.Refuse("TemplateNeverRuns", RefusalKind.Invalid, name.FullName, $"{name} is a template and is never placed. Name an instance of it, stored or not: {name.Prefix}@1.");
            return null;
        }

        var source = _state.Units.Contains(name.FullName) ? name : name.Template;
        if (source is null || _state.Units[source.FullName] is not { Value.Hash: var hash })
        {
            if (!UnitRecords.IsMalformed(_state, name, plan))
            {
                plan.Refuse("UnitNotFound", RefusalKind.NotFound, name.FullName, $"There is neither a unit {name} nor a template to make it from.{NearestUnit.SuggestInstance(name, _state.Units.Names)} Get-HaUnitFile lists what is stored.");
            }

            return null;
        }

        if (_state.Files[hash] is not { Value: var text })
        {
            plan.Refuse(UnitRecords.FileMissing(source, hash) with { Target = name.FullName });
            return null;
        }

        return UnitChecks.Check(name, text, null, plan);
    }
}
