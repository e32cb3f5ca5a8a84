using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Makes instances of the templates that are stored.</summary>
/// <param name="state">The cluster.</param>
internal sealed class UnitTemplates(ClusterState state)
{
    private readonly List<(UnitDefinition Unit, UnitRecord Record)> _made = [];

    /// <summary>Makes an instance, or says why not.</summary>
    /// <param name="name">The instance.</param>
    /// <param name="accepts">Whether it is made, once its file is read; what is wrong with it otherwise is for this to say.</param>
    /// <param name="plan">Takes the refusal.</param>
    /// <returns>Whether it is made.</returns>
    public bool Instantiate(UnitName name, Func<UnitDefinition, bool> accepts, PlanBuilder plan)
    {
        if (name.Template is not { } template || state.Units[template.FullName] is not { Value.Hash: var hash })
        {
            var missing = name.Template is null ? $"There is no unit {name}." : $"There is neither a unit {name} nor a template {name.Template}.";
            plan.Refuse("UnitNotFound", RefusalKind.NotFound, name.FullName, $"{missing}{NearestUnit.SuggestInstance(name, state.Units.Names)} Import-HaUnit stores unit files; Get-HaUnitFile lists them.");
        }
        else if (state.Files[hash] is not { Value: var text })
        {
            plan.Refuse(UnitRecords.FileMissing(template, hash) with { Target = name.FullName });
        }
        else if (UnitChecks.Check(name, text, null, plan) is { } unit && accepts(unit))
        {
            _made.Add((unit, UnitRecords.New(state, name, hash) with { Template = template.FullName, TemplateHash = hash }));
            return true;
        }

        return false;
    }

    /// <summary>The instances made, without those that MachineOf ties in a circle.</summary>
    public IEnumerable<(UnitName Name, UnitRecord Record)> Take(PlanBuilder plan)
    {
        var peers = new UnitPeers(state, _made.Select(made => made.Unit));
        foreach (var (unit, record) in _made)
        {
            if (peers.FindCycle(unit.Name) is { } cycle)
            {
                plan.Refuse(UnitPeers.Refusal(unit.Name, cycle));
            }
            else
            {
                yield return (unit.Name, record);
            }
        }
    }
}
