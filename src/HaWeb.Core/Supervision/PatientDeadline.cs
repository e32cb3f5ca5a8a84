namespace HaWeb.Core.Supervision;

/// <summary>A time limit that stands still while something is waited for that does not count: an image that is pulled, a Docker Engine or a store that does not answer.</summary>
public sealed class PatientDeadline
{
    private DateTimeOffset? _at;
    private DateTimeOffset? _pausedSince;

    /// <summary>Makes one.</summary>
    /// <param name="limit">How long it may take; null for no limit.</param>
    /// <param name="now">The time.</param>
    public PatientDeadline(TimeSpan? limit, DateTimeOffset now) => _at = now + limit;

    /// <summary>When it has to be looked at.</summary>
    public DateTimeOffset? NextWake => _pausedSince is null ? _at : null;

    /// <summary>Whether the time is over.</summary>
    public bool IsOver(DateTimeOffset now) => NextWake <= now;

    /// <summary>Says whether time counts from now on.</summary>
    public void Pause(bool pauses, DateTimeOffset now)
    {
        if (pauses)
        {
            _pausedSince ??= now;
        }
        else if (_pausedSince is { } since)
        {
            _at += now - since;
            _pausedSince = null;
        }
    }
}
