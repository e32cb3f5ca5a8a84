namespace HaWeb.PowerShell.Completion;

/// <summary>From when on a log is shown: a time, or so long ago by the cluster's own clock, which in a simulated one is not this machine's.</summary>
public readonly record struct LogStart
{
    private readonly DateTimeOffset _time;
    private readonly TimeSpan? _ago;

    /// <summary>From a time on.</summary>
    public LogStart(DateTimeOffset time) => _time = time;

    /// <summary>From so long ago on.</summary>
    public LogStart(TimeSpan ago) => _ago = ago;

    /// <summary>The time, for a cluster where it is now.</summary>
    public DateTimeOffset Before(DateTimeOffset now) => _ago is { } ago ? now - ago : _time;
}
