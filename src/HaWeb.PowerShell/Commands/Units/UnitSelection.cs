using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>The names that a pipeline brought, by cluster: one operation runs on all of them at the end.</summary>
internal sealed class UnitSelection
{
    private readonly List<(HaCluster Cluster, List<string> Names)> _clusters = [];

    /// <summary>The clusters, in the order they came, and their names.</summary>
    public IEnumerable<(HaCluster Cluster, IReadOnlyList<string> Names)> Clusters =>
        _clusters.Select(one => (one.Cluster, (IReadOnlyList<string>)one.Names));

    /// <summary>Adds names.</summary>
    public void Add(HaCluster cluster, IEnumerable<string> names)
    {
        var index = _clusters.FindIndex(one => one.Cluster == cluster);
        if (index < 0)
        {
            index = _clusters.Count;
            _clusters.Add((cluster, []));
        }

        _clusters[index].Names.AddRange(names);
    }
}
