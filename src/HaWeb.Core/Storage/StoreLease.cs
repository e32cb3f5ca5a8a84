namespace HaWeb.Core.Storage;

/// <summary>A lease: when it ends, its keys go with it.</summary>
/// <param name="Id">Its number, never 0.</param>
/// <param name="TimeToLive">How long it lives without being renewed, in whole seconds.</param>
/// <param name="Expiry">When it ends unless it is renewed before.</param>
public sealed record StoreLease(long Id, TimeSpan TimeToLive, DateTimeOffset Expiry)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(9_000_000_000);

    /// <summary>The time to live that a store gives when asked for this one: whole seconds, and at least one.</summary>
    /// <exception cref="StoreRefusedException">It is longer than etcd allows.</exception>
    public static TimeSpan RoundUp(TimeSpan timeToLive)
    {
        if (timeToLive > Longest)
        {
            throw new StoreRefusedException(StoreRefusal.LeaseTooLong, $"A lease may live {Longest.TotalSeconds} s; {timeToLive.TotalSeconds} s were asked for.");
        }

        return timeToLive <= Shortest ? Shortest : TimeSpan.FromSeconds(Math.Ceiling(timeToLive.TotalSeconds));
    }
}
