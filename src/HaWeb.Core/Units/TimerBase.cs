namespace HaWeb.Core.Units;

/// <summary>What a trigger of a timer counts from.</summary>
public enum TimerBase
{
    /// <summary>The calendar.</summary>
    Calendar,

    /// <summary>The start of the timer.</summary>
    Active,

    /// <summary>
    /// The start of the machine. OnStartupSec, which counts from the start of systemd, is the same: an agent may be started again without its machine.
    /// </summary>
    Boot,

    /// <summary>The last start of the service.</summary>
    UnitActive,

    /// <summary>The last end of the service.</summary>
    UnitInactive,
}
