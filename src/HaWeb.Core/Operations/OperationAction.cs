namespace HaWeb.Core.Operations;

/// <summary>What an operation does to its target.</summary>
public enum OperationAction
{
    /// <summary>Stores a unit and its file.</summary>
    Import,

    /// <summary>Wants a unit placed and running.</summary>
    Start,

    /// <summary>Wants a unit placed and not running.</summary>
    Load,

    /// <summary>Wants a unit stopped, its place kept.</summary>
    Stop,

    /// <summary>Wants a unit stopped and placed nowhere.</summary>
    Unload,

    /// <summary>Wants a running unit stopped and started once.</summary>
    Restart,

    /// <summary>Wants a running unit to read its configuration again.</summary>
    Reload,

    /// <summary>Removes a unit, a template or a machine from the cluster.</summary>
    Remove,

    /// <summary>Removes a unit file that nothing names any more.</summary>
    Collect,

    /// <summary>Stores a backend by hand, or changes it.</summary>
    Register,

    /// <summary>Removes a backend that was stored by hand.</summary>
    Unregister,

    /// <summary>Gives the cluster its id.</summary>
    Initialize,

    /// <summary>Keeps new units off a machine.</summary>
    Suspend,

    /// <summary>Keeps new units off a machine and moves its own away.</summary>
    Drain,

    /// <summary>Lets a machine have new units again, ends a hold of the cluster, or lets a paused update go on.</summary>
    Resume,

    /// <summary>Changes what the operator says of a machine.</summary>
    Set,

    /// <summary>Wants a unit on another machine.</summary>
    Move,

    /// <summary>Rolls another file over units, or gives one its new file as a consequence.</summary>
    Update,

    /// <summary>Lets a rolling update begin no further instance.</summary>
    Pause,

    /// <summary>Turns a rolling update round.</summary>
    Rollback,

    /// <summary>Gives a unit a machine, as a consequence of something else.</summary>
    Place,

    /// <summary>Takes a unit off its machine, as a consequence of something else.</summary>
    Unplace,

    /// <summary>Leaves a unit on a machine that is drained, since it cannot leave.</summary>
    Stay,
}
