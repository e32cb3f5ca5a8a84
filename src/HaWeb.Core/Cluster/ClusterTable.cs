namespace HaWeb.Core.Cluster;

/// <summary>The kinds of keys (PROTOCOL.md section 1).</summary>
public enum ClusterTable
{
    /// <summary><c>cluster</c>.</summary>
    Cluster,

    /// <summary><c>units/UNIT</c>.</summary>
    Units,

    /// <summary><c>files/HASH</c>.</summary>
    Files,

    /// <summary><c>machines/MACHINE</c>.</summary>
    Machines,

    /// <summary><c>machines/MACHINE/alive</c>.</summary>
    Sessions,

    /// <summary><c>machines/MACHINE/metadata</c>.</summary>
    Metadata,

    /// <summary><c>machines/MACHINE/cordon</c>.</summary>
    Cordons,

    /// <summary><c>placed/UNIT</c>.</summary>
    Placed,

    /// <summary><c>placements/MACHINE/UNIT</c>.</summary>
    Placements,

    /// <summary><c>status/MACHINE/UNIT</c>.</summary>
    Status,

    /// <summary><c>balancers/MACHINE/UNIT</c>.</summary>
    Balancers,

    /// <summary><c>updates/TEMPLATE</c>.</summary>
    Updates,

    /// <summary><c>engine</c>.</summary>
    Engine,

    /// <summary><c>/services/SERVICE/INSTANCE</c>.</summary>
    Backends,

    /// <summary><c>resume</c>.</summary>
    Resume,
}
