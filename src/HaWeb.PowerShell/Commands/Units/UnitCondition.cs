namespace HaWeb.PowerShell.Commands.Units;

/// <summary>What Wait-HaUnit waits for.</summary>
public enum UnitCondition
{
    /// <summary>Running; as a backend of a service also healthy and advertised. A unit that ended well counts too.</summary>
    Launched,

    /// <summary>Running, with a health check that passes.</summary>
    Healthy,

    /// <summary>On its machine and not running.</summary>
    Loaded,

    /// <summary>Ended in order after a run.</summary>
    Finished,

    /// <summary>A timer that has elapsed since, and started its service.</summary>
    Elapsed,

    /// <summary>On no machine.</summary>
    Inactive,

    /// <summary>Gone from the cluster.</summary>
    Removed,
}
