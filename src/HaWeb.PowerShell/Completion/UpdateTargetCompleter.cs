using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the names of what can be updated: templates, and units that were made from none.</summary>
public sealed class UpdateTargetCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) =>
        state.Units.Entries.Where(unit => unit.Value.Value.Template is not { } template || !state.Units.Contains(template))
            .Select(unit => unit.Key)
            .Order(UnitNameComparer.Instance)
            .Select(name => (name, state.Updates[name] is { Value.IsUnderWay: true } ? $"{name}, which is being updated" : name));
}
