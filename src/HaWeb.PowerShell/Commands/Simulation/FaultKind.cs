namespace HaWeb.PowerShell.Commands.Simulation;

/// <summary>What can go wrong in a simulation, and how it is mended.</summary>
public enum FaultKind
{
    /// <summary>A machine loses its power: its containers and its agent end without a word.</summary>
    PowerLoss,

    /// <summary>A machine is switched on: Docker and its agent start, and no container runs.</summary>
    PowerOn,

    /// <summary>A machine is cut off from the store; what runs on it runs on.</summary>
    Partition,

    /// <summary>A machine reaches the store again.</summary>
    Heal,

    /// <summary>The containers of a unit end with an exit code, 1 by default.</summary>
    ContainerCrash,

    /// <summary>The containers of a unit run on and answer nothing, so that probes fail.</summary>
    ContainerHang,

    /// <summary>The containers of a unit end with an exit code, 0 by default.</summary>
    ContainerExit,

    /// <summary>The probes of a unit fail wherever it runs, or those of a backend that was registered by hand.</summary>
    ProbeFail,

    /// <summary>They pass again where it serves.</summary>
    ProbePass,

    /// <summary>The store answers nobody.</summary>
    StoreOutage,

    /// <summary>The store answers again.</summary>
    StoreBack,

    /// <summary>The lease of the leading engine ends; another machine leads if there is one.</summary>
    LeaderChange,

    /// <summary>An image is to be had nowhere.</summary>
    ImageMissing,

    /// <summary>An image is to be had again.</summary>
    ImageBack,

    /// <summary>The Docker Engine of a machine answers nobody; its containers run on.</summary>
    DockerDown,

    /// <summary>The Docker Engine of a machine answers again.</summary>
    DockerUp,
}
