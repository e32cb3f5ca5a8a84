namespace HaWeb.Core.Units;

/// <summary>When a unit counts as started (<c>Type=</c>).</summary>
public enum ServiceType
{
    /// <summary>As soon as its process or container is started.</summary>
    Simple,

    /// <summary>When its program was found and executed.</summary>
    Exec,

    /// <summary>When ExecStart has ended and left something running.</summary>
    Forking,

    /// <summary>When every ExecStart has ended.</summary>
    OneShot,

    /// <summary>When its process has said that it is ready: sd_notify(3).</summary>
    Notify,

    /// <summary>As simple.</summary>
    Idle,
}
