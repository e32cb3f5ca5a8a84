namespace HaWeb.Core.LoadBalancing;

/// <summary>How long to wait before something is tried again: twice as long every time, up to a limit.</summary>
internal sealed class RetryDelay
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private TimeSpan _next;

    public RetryDelay(TimeSpan first, TimeSpan longest)
    {
        _first = first;
        _longest = longest;
        _next = first;
    }

    /// <summary>The time of the next try after a failure now.</summary>
    public DateTimeOffset After(DateTimeOffset now)
    {
        var at = now + _next;
        _next = _next * 2 < _longest ? _next * 2 : _longest;
        return at;
    }

    /// <summary>It went well: the next failure is a first one.</summary>
    public void Reset() => _next = _first;
}
