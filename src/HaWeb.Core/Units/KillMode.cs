namespace HaWeb.Core.Units;

/// <summary>Which processes of a unit are signalled when it stops.</summary>
public enum KillMode
{
    /// <summary>All of them.</summary>
    ControlGroup,

    /// <summary>The main one; later SIGKILL to all.</summary>
    Mixed,

    /// <summary>The main one only.</summary>
    Process,

    /// <summary>None.</summary>
    None,
}
