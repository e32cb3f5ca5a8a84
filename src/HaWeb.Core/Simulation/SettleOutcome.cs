namespace HaWeb.Core.Simulation;

/// <summary>How a run of a simulated world to its rest ended.</summary>
public enum SettleOutcome
{
    /// <summary>Nothing is to come but routine that changes nothing.</summary>
    Settled,

    /// <summary>It goes round: a state that has been there came again.</summary>
    Repeats,

    /// <summary>The time was over before.</summary>
    OutOfTime,

    /// <summary>Whoever waited waits no longer.</summary>
    Cancelled,
}
