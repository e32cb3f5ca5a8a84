namespace HaWeb.Core.Containers;

/// <summary>The labels by which an agent knows its containers again (PROTOCOL.md section 3).</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Unit">The unit's name.</param>
/// <param name="Generation">The create revision of the placement it was made for.</param>
/// <param name="RunHash">The hash of what it runs.</param>
public sealed record ContainerLabels(string Cluster, string Unit, long Generation, string RunHash)
{
    /// <summary>The label of the cluster's id.</summary>
    public const string ClusterLabel = "haweb.cluster";

    /// <summary>The label of the unit's name.</summary>
    public const string UnitLabel = "haweb.unit";

    /// <summary>The label of the generation.</summary>
    public const string GenerationLabel = "haweb.generation";

    /// <summary>The label of the run hash.</summary>
    public const string RunHashLabel = "haweb.run-hash";
}
