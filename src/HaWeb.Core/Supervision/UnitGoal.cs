namespace HaWeb.Core.Supervision;

/// <summary>What a unit's entry on the work list asks for.</summary>
public enum UnitGoal
{
    /// <summary>Run.</summary>
    Run,

    /// <summary>Do not run, and stay placed here.</summary>
    Stop,

    /// <summary>Stop, and then be gone from this machine.</summary>
    Leave,
}
