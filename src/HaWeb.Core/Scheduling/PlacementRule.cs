namespace HaWeb.Core.Scheduling;

/// <summary>The rules that a placement must keep, in the order in which they are checked.</summary>
public enum PlacementRule
{
    /// <summary>The machine's agent has a live session.</summary>
    Alive,

    /// <summary>The machine is not cordoned.</summary>
    Cordon,

    /// <summary>The machine's Docker Engine answers.</summary>
    Docker,

    /// <summary>MachineID.</summary>
    MachineId,

    /// <summary>MachineMetadata.</summary>
    Metadata,

    /// <summary>Process units run only where the agent allows them.</summary>
    Process,

    /// <summary>MachineOf.</summary>
    MachineOf,

    /// <summary>Conflicts, declared by either side.</summary>
    Conflict,

    /// <summary>Replaces: the replaced unit has not left, or cannot; or the other way round, the unit there replaces this one.</summary>
    Replaces,

    /// <summary>A published host port is free.</summary>
    Port,

    /// <summary>MaxUnits.</summary>
    Capacity,

    /// <summary>The unit failed there lately (Relocate).</summary>
    Avoid,
}
