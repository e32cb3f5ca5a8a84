namespace HaWeb.Core.Supervision;

/// <summary>systemd's start limit: at most so many starts within an interval.</summary>
public sealed class StartLimit
{
    /// <summary>The starts that count, oldest first: another list whenever they are others.</summary>
    public List<DateTimeOffset> Starts { get; private set; } = [];

    /// <summary>Takes over the starts that an earlier agent counted.</summary>
    public void Resume(IEnumerable<DateTimeOffset> starts) => Starts = [.. starts];

    /// <summary>Counts a start; false when it would be one too many.</summary>
    /// <param name="interval">The interval; zero for no limit.</param>
    /// <param name="burst">How many starts it takes.</param>
    /// <param name="now">The time.</param>
    public bool TryStart(TimeSpan interval, int burst, DateTimeOffset now)
    {
        var counted = Starts.Where(start => start > now - interval).ToList();
        if (interval > TimeSpan.Zero && burst > 0 && counted.Count >= burst)
        {
            return false;
        }

        Starts = [.. counted, now];
        return true;
    }

    /// <summary>Forgets the starts so far: an operator asked for one.</summary>
    public void Reset() => Starts = [];
}
