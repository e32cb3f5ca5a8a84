namespace HaWeb.Core.Operations.Views;

/// <summary>What an operator waits for a unit to be.</summary>
public enum WaitGoal
{
    /// <summary>Running what is wanted now; as a backend of a service also healthy and advertised. A unit that ended well has arrived too.</summary>
    Launched,

    /// <summary>Running, and its last reload has gone well.</summary>
    Reloaded,

    /// <summary>Placed and not running.</summary>
    Loaded,

    /// <summary>On the machine where its last move has brought it, and there as before: running, or placed only.</summary>
    Moved,

    /// <summary>It does not run and is not to: stopped on its machine, or placed on none.</summary>
    Stopped,

    /// <summary>Ended in order after a run, whether an operator or a timer has started it.</summary>
    Finished,

    /// <summary>Placed nowhere.</summary>
    Inactive,

    /// <summary>Gone from the cluster and from its machine.</summary>
    Removed,
}
