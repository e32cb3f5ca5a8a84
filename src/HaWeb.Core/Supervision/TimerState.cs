namespace HaWeb.Core.Supervision;

/// <summary>Where a timer is.</summary>
public enum TimerState
{
    /// <summary>It is not active.</summary>
    Dead,

    /// <summary>It waits until it elapses.</summary>
    Waiting,

    /// <summary>It has elapsed, and that is being written down.</summary>
    Stamping,

    /// <summary>Its service runs.</summary>
    Running,

    /// <summary>No time is to come, and it stays active.</summary>
    Elapsed,

    /// <summary>No time is to come, and it is not active any more.</summary>
    Done,

    /// <summary>Its file cannot be used.</summary>
    Failed,
}
