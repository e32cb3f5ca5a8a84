using HaWeb.Core.Cluster;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>Which units may look otherwise after keys have changed.</summary>
internal static class AffectedUnits
{
    /// <summary>The units' full names; null when it may be any.</summary>
    public static IReadOnlySet<string>? Of(IReadOnlyList<ClusterKey> changed)
    {
        var units = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in changed)
        {
            switch (key.Table)
            {
                case ClusterTable.Units when !key.Name.Contains("@.", StringComparison.Ordinal):
                case ClusterTable.Placed:
                    units.Add(key.Name);
                    break;
                case ClusterTable.Placements or ClusterTable.Status:
                    units.Add(key.Item);
                    break;
                case ClusterTable.Backends:
                    units.Add(key.Item.Split('/')[0] + ".service");
                    break;
                case ClusterTable.Balancers or ClusterTable.Cluster or ClusterTable.Updates:
                    break;
                default:
                    return null;
            }
        }

        return changed.Count == 0 ? null : units;
    }
}
