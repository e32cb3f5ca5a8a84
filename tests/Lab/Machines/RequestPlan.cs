using System.Net;

namespace HaWeb.Lab;

/// <summary>Which requests to send: bounded in number, rate and time, and to addresses of a lab or this host's own only.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Count">How many, 1 to 100,000.</param>
/// <param name="Interval">From one sending to the next, 2 ms or more; a slow answer delays no later request.</param>
/// <param name="Timeout">How long one may take, up to 60 s.</param>
public sealed record RequestPlan(Uri Url, int Count, TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>What they are called in what is told of them.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Whether every second request uses a connection that an earlier one has left open.</summary>
    public bool KeepConnections { get; init; }

    /// <summary>Whether each says its number in the query, for what servers log to be found again.</summary>
    public bool Numbered { get; init; }

    private static readonly IPNetwork LabNetwork = new(IPAddress.Parse("10.99.0.0"), 24);
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(15);

    /// <summary>Says what is out of bounds.</summary>
    /// <exception cref="LabException">Something is.</exception>
    public void Validate()
    {
        if (Url.Scheme != Uri.UriSchemeHttp || !IPAddress.TryParse(Url.Host, out var address)
            || !(IPAddress.IsLoopback(address) || LabNetwork.Contains(address)))
        {
            throw new LabException($"'{Url}' is outside of the lab: give an http address in {LabNetwork} or 127.0.0.0/8.");
        }

        if (Count is < 1 or > 100_000 || Interval < TimeSpan.FromMilliseconds(2) || Count * Interval > LongestRun)
        {
            throw new LabException("Send 1 to 100000 requests, one every 2 ms or slower, for 15 minutes at most.");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(60))
        {
            throw new LabException("A request may take up to 60 s.");
        }
    }
}
