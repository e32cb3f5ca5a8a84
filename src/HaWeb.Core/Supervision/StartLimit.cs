namespace HaWeb.Core.Supervision;

/// <summary>systemd's start limit: at most so many starts within an interval.</summary>
public sealed class StartLimit
{
    private readonly Queue<DateTimeOffset> _starts = [];

    /// <summary>The starts that count.</summary>
    public IReadOnlyCollection<DateTimeOffset> Starts => _starts;

    /// <summary>Takes over the starts that an earlier agent counted.</summary>
    public void Resume(IEnumerable<DateTimeOffset> starts)
    {
        ArgumentNullException.ThrowIfNull(starts);
        _starts.Clear();
        foreach (var start in starts)
        {
            _starts.Enqueue(start);
        }
    }

    /// <summary>Counts a start; false when it would be one too many.</summary>
    /// <param name="interval">The interval; zero for no limit.</param>
    /// <param name="burst">How many starts it takes.</param>
    /// <param name="now">The time.</param>
    public bool TryStart(TimeSpan interval, int burst, DateTimeOffset now)
    {
        while (_starts.TryPeek(out var oldest) && oldest <= now - interval)
        {
            _starts.Dequeue();
        }

        if (interval > TimeSpan.Zero && burst > 0 && _starts.Count >= burst)
        {
            return false;
        }

        _starts.Enqueue(now);
        return true;
    }

    /// <summary>Forgets the starts so far: an operator asked for one.</summary>
    public void Reset() => _starts.Clear();
}
