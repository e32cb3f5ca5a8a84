namespace HaWeb.Core.Containers;

/// <summary>The labels by which an agent knows its containers again (PROTOCOL.md section 3).</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="Unit">The unit's name.</param>
/// <param name="Generation">The create revision of the placement it was made for.</param>
/// <param name="RunHash">The hash of what it runs.</param>
/// <param name="Restart">The restart number of the work list that it carries out; null where nothing says so.</param>
/// <param name="BootId">The boot of the machine in which it was made; empty where nothing says so.</param>
/// <param name="Trigger">When the timer elapsed that its run was started by; null when none did.</param>
public sealed record ContainerLabels(string Cluster, string Unit, long Generation, string RunHash, int? Restart = null, string BootId = "", DateTimeOffset? Trigger = null)
{
    /// <summary>The label of the cluster's id.</summary>
    public const string ClusterLabel = "haweb.cluster";

    /// <summary>The label of the unit's name.</summary>
    public const string UnitLabel = "haweb.unit";

    /// <summary>The label of the generation.</summary>
    public const string GenerationLabel = "haweb.generation";

    /// <summary>The label of the run hash.</summary>
    public const string RunHashLabel = "haweb.run-hash";

    /// <summary>The label of the restart number.</summary>
    public const string RestartLabel = "haweb.restart";

    /// <summary>The label of the boot id.</summary>
    public const string BootLabel = "haweb.boot";

    /// <summary>The label of the time at which a timer elapsed.</summary>
    public const string TriggerLabel = "haweb.trigger";
}
