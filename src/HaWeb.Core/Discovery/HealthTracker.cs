namespace HaWeb.Core.Discovery;

/// <summary>
/// What the probes of one unit say of it. It changes its mind only after several probes in a row, and says when the next one is due: the times of many
/// units are spread by their names, the same way in every run.
/// </summary>
public sealed class HealthTracker
{
    private const int FirstPauses = 16;

    // The driver ends a probe after its time; what takes clearly longer has lost its answer.
    private const double Patience = 1.5;

    private readonly string _unit;
    private readonly HealthPolicy _policy;
    private long _request;
    private int _probes;
    private int _passed;
    private int _failed;
    private DateTimeOffset _sentAt;
    private DateTimeOffset? _confirmedAt;
    private TimeSpan _pause;
    private DateTimeOffset _next;

    /// <summary>Makes one. The first probe is due at once.</summary>
    /// <param name="unit">The unit's name.</param>
    /// <param name="policy">How often, and how many.</param>
    /// <param name="adopted">Whether the unit was advertised before this agent came: then it is healthy until probes have failed.</param>
    /// <param name="now">The time.</param>
    public HealthTracker(string unit, HealthPolicy policy, bool adopted, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _unit = unit;
        _policy = policy;
        Healthy = adopted ? true : null;
        Since = now;
        NextProbe = now;

        // What has just been started is looked at more often at first, so that it serves soon after it can.
        _pause = adopted ? policy.Interval : policy.Interval / FirstPauses;
    }

    /// <summary>Whether it is healthy; null while too few probes have been made to say.</summary>
    public bool? Healthy { get; private set; }

    /// <summary>Since when <see cref="Healthy"/> is what it is.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Why the last probe failed, or null when it passed or none was made.</summary>
    public string? LastError { get; private set; }

    /// <summary>How long the last probe took, or null when none ended.</summary>
    public TimeSpan? Latency { get; private set; }

    /// <summary>When the next probe is to be sent; an answer may bring it forward.</summary>
    public DateTimeOffset NextProbe { get; private set; }

    /// <summary>Whether the last probe was sent at that time or later and said what <see cref="Healthy"/> says.</summary>
    public bool IsConfirmedSince(DateTimeOffset since) => _confirmedAt >= since;

    /// <summary>Whether this is the request whose answer is awaited.</summary>
    public bool Expects(long request) => request == _request && request != 0;

    /// <summary>A probe was sent. One that was sent before and has no answer yet counts as failed: its answer may never come.</summary>
    /// <param name="request">The request, above zero.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether <see cref="Healthy"/> changed.</returns>
    public bool Sent(long request, DateTimeOffset now)
    {
        var changed = _request != 0 && Count(passed: false, "the probe has no answer", null, now);
        _request = request;
        _sentAt = now;
        _probes++;
        _next = now + Spread(_pause);
        var patience = now + (_policy.Timeout * Patience);
        NextProbe = _next > patience ? _next : patience;
        _pause = _pause * 2 < _policy.Interval ? _pause * 2 : _policy.Interval;
        return changed;
    }

    /// <summary>A probe ended. An answer to any other than the last request is ignored.</summary>
    /// <returns>Whether <see cref="Healthy"/> changed.</returns>
    public bool Probed(long request, bool passed, string? error, TimeSpan latency, DateTimeOffset now)
    {
        if (!Expects(request))
        {
            return false;
        }

        _request = 0;
        NextProbe = _next;
        return Count(passed, passed ? null : error ?? "the probe failed", latency, now);
    }

    private bool Count(bool passed, string? error, TimeSpan? latency, DateTimeOffset now)
    {
        _passed = passed ? Math.Min(_passed + 1, _policy.Rise) : 0;
        _failed = passed ? 0 : Math.Min(_failed + 1, _policy.Fall);
        LastError = error;
        Latency = latency ?? Latency;
        var verdict = _passed >= _policy.Rise ? true : _failed >= _policy.Fall ? false : Healthy;
        _confirmedAt = verdict == passed ? _sentAt : null;
        if (verdict == Healthy)
        {
            return false;
        }

        Healthy = verdict;
        Since = now;
        return true;
    }

    // From 90 to 110 percent, another part for every unit and every probe.
    private TimeSpan Spread(TimeSpan pause)
    {
        var hash = 2166136261u;
        foreach (var letter in _unit)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        hash = (hash ^ (uint)_probes) * 16777619u;
        return pause * (0.9 + ((hash >> 8) % 1000 * 0.0002));
    }
}
