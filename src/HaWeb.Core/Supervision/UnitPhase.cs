namespace HaWeb.Core.Supervision;

/// <summary>The steps of a unit's life.</summary>
public enum UnitPhase
{
    /// <summary>It does not run, and nothing is under way.</summary>
    Dead,

    /// <summary>ExecCondition.</summary>
    Condition,

    /// <summary>ExecStartPre.</summary>
    StartPre,

    /// <summary>ExecStart.</summary>
    Start,

    /// <summary>ExecStartPost.</summary>
    StartPost,

    /// <summary>It is active.</summary>
    Running,

    /// <summary>It is active, and ExecReload runs.</summary>
    Reload,

    /// <summary>Its processes have ended in order and it counts as active (RemainAfterExit).</summary>
    Exited,

    /// <summary>Its backend is withdrawn and drained, and it still serves.</summary>
    Draining,

    /// <summary>ExecStop.</summary>
    Stop,

    /// <summary>Its container, or its processes, have their stop signal.</summary>
    StopSignal,

    /// <summary>ExecStopPost.</summary>
    StopPost,

    /// <summary>What its commands have left running is ended.</summary>
    FinalSignal,

    /// <summary>Its container is being removed.</summary>
    Removing,

    /// <summary>It waits for RestartSec.</summary>
    AutoRestart,

    /// <summary>It ended in order and is not started again by itself.</summary>
    Finished,

    /// <summary>It failed and stays so.</summary>
    Failed,
}
