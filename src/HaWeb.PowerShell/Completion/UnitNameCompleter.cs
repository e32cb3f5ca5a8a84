using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the names of units and templates.</summary>
public sealed class UnitNameCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state) =>
        state.Units.Names.Order(UnitNameComparer.Instance).Select(name => (name, name));
}
