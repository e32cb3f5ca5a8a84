using HaWeb.Core.Cluster;

namespace HaWeb.Core.Supervision;

/// <summary>What a machine's disk keeps of a timer, as <c>timers/UNIT</c>.</summary>
public sealed record TimerRecord : StoredRecord
{
    /// <summary>The boot of the machine in which it was written.</summary>
    public string Boot { get; init => field = value ?? ""; } = "";

    /// <summary>The create revision of the placement that it was active for.</summary>
    public long Generation { get; init; }

    /// <summary>The restart number that it carried out.</summary>
    public int Restart { get; init; }

    /// <summary>Since when it is active; null while it is not.</summary>
    public DateTimeOffset? Activated { get; init; }

    /// <summary>When it elapsed last; null before.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Whether the run that it started then has not ended yet, or not begun.</summary>
    public bool IsRunning { get; init; }

    /// <summary>When the service was last seen to start.</summary>
    public DateTimeOffset? ServiceStarted { get; init; }

    /// <summary>When the service was last seen to end.</summary>
    public DateTimeOffset? ServiceEnded { get; init; }
}
