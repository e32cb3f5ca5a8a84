namespace HaWeb.Core.Units;

/// <summary>After which ends a unit is started again (<c>Restart=</c>).</summary>
public enum RestartRule
{
    /// <summary>None.</summary>
    No,

    /// <summary>A clean one: a successful exit code or one of the signals that end a process in order.</summary>
    OnSuccess,

    /// <summary>A failing exit code, a signal, a timeout.</summary>
    OnFailure,

    /// <summary>A signal or a timeout.</summary>
    OnAbnormal,

    /// <summary>A watchdog's timeout.</summary>
    OnWatchdog,

    /// <summary>A signal that no one asked for.</summary>
    OnAbort,

    /// <summary>Any that was not asked for.</summary>
    Always,
}
