using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.PowerShell.Completion;

/// <summary>Completes the images that the stored units' containers are made from.</summary>
public sealed class ImageCompleter : ClusterCompleter
{
    private protected override IEnumerable<(string Text, string ToolTip)> Candidates(ClusterState state)
    {
        var catalog = new UnitCatalog(state);
        return state.Units.Entries
            .Select(unit => (Unit: unit.Key, catalog.Find(unit.Key, unit.Value.Value.Hash)?.Container?.Image))
            .Where(unit => unit.Image is { Length: > 0 } image && !image.Contains('$', StringComparison.Ordinal))
            .Select(unit => (unit.Image!, $"{unit.Unit} runs it"))
            .DistinctBy(one => one.Item1, StringComparer.Ordinal)
            .OrderBy(one => one.Item1, StringComparer.Ordinal);
    }
}
