namespace HaWeb.Core.Discovery;

/// <summary>
/// What the probes of one unit say of it. It changes its mind only after several probes in a row, and says when the next one is due: the times of many
/// units are spread by their names, the same way in every run. What falls again and again has to pass longer before it is believed (flapping).
/// </summary>
public sealed class HealthTracker
{
    private const int FirstPauses = 16;

    // The driver ends a probe after its time; what takes clearly longer has lost its answer.
    private const double Patience = 1.5;

    // From the third fall within five minutes on, each doubles the passes that it takes; no more than a minute's worth of them.
    private const int FallsBeforeFlapping = 2;
    private static readonly TimeSpan FlapWindow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestRise = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _falls = [];

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

    /// <summary>The probes that said what <see cref="Healthy"/> says: since when, why not, how long the last of them took.</summary>
    public HealthVerdict? Verdict { get; private set; }

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

    /// <summary>How many probes in a row must pass now before it is healthy again.</summary>
    private int RiseNow
    {
        get
        {
            var most = Math.Max(_policy.Rise, (int)(LongestRise / _policy.Interval));
            var rise = (long)_policy.Rise << Math.Clamp(_falls.Count - FallsBeforeFlapping, 0, 16);
            return (int)Math.Min(rise, most);
        }
    }

    private bool Count(bool passed, string? error, TimeSpan? latency, DateTimeOffset now)
    {
        _passed = passed ? _passed + 1 : 0;
        _failed = passed ? 0 : Math.Min(_failed + 1, _policy.Fall);
        LastError = error;
        Latency = latency ?? Latency;
        while (_falls.TryPeek(out var first) && now - first > FlapWindow)
        {
            _falls.Dequeue();
        }

        var rise = Healthy == false ? RiseNow : _policy.Rise;
        var verdict = _passed >= rise ? true : _failed >= _policy.Fall ? false : Healthy;
        _confirmedAt = verdict == passed ? _sentAt : null;
        if (verdict == Healthy)
        {
            return false;
        }

        if (Healthy == true)
        {
            _falls.Enqueue(now);
        }

        Healthy = verdict;
        Since = now;
        Verdict = new HealthVerdict(now, error, Latency, _falls.Count > FallsBeforeFlapping ? _falls.Count : 0);
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
