namespace HaWeb.Runtime.Agent;

/// <summary>The one time at which a machine wants to be woken.</summary>
internal sealed class Alarm : IDisposable
{
    // A timer counts the machine's waking time only and has an upper limit: it rings at least so often, to look at the clock.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly ITimer _timer;
    private DateTimeOffset? _at;

    /// <param name="time">The clock.</param>
    /// <param name="ring">Called by a thread of its own when the time may have come.</param>
    public Alarm(TimeProvider time, Action ring) => _timer = time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Sets it, in place of what was set before.</summary>
    public void Set(DateTimeOffset at, DateTimeOffset now)
    {
        _at = at;
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((at - now).TotalMilliseconds));
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the time has come, once; when it rang too early it is set again.</summary>
    public bool TryTake(DateTimeOffset now)
    {
        if (_at is not { } at)
        {
            return false;
        }

        if (now < at)
        {
            Set(at, now);
            return false;
        }

        _at = null;
        return true;
    }

    public void Dispose() => _timer.Dispose();
}
