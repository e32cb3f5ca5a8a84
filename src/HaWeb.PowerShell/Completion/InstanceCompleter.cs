using System.Collections;
using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the instances that the templates named have already.</summary>
public sealed class InstanceCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) => Instances(state).Select(unit => (unit.Instance, unit.FullName));

    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state, string command, IDictionary? given)
    {
        var named = (given?["Name"] switch { string one => [one], IEnumerable several => several.Cast<object>().Select(one => one.ToString() ?? ""), _ => [] })
            .Select(UnitName.Complete).ToHashSet(StringComparer.Ordinal);
        return Instances(state).Where(unit => named.Count == 0 || named.Contains(unit.Template!.FullName)).Select(unit => (unit.Instance, unit.FullName)).DistinctBy(one => one.Instance);
    }

    private static IEnumerable<UnitName> Instances(ClusterState state) =>
        state.Units.Names.Order(UnitNameComparer.Instance).Select(text => UnitName.TryParse(text, out var name, out _) ? name : null).OfType<UnitName>().Where(name => name.IsInstance);
}
