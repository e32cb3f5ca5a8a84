namespace HaWeb.Core.Units;

/// <summary>What a load balancer takes from clients.</summary>
/// <param name="MaxBody">The longest body of a request, in bytes; 0 for any length. Longer ones are answered with the status 413.</param>
/// <param name="Timeout">How long a client may say nothing while it sends a request or takes an answer.</param>
/// <param name="Rate">Requests a second that one address may make, and as many at once; null for any number. More are answered with the status 429.</param>
/// <param name="Connections">Requests that one address may have under way at once; null for any number. More are answered with the status 429.</param>
public sealed record ClientLimits(long MaxBody, TimeSpan Timeout, int? Rate = null, int? Connections = null)
{
    /// <summary>What holds where nothing is said: a mebibyte, a minute, and any number of requests.</summary>
    public static ClientLimits Default { get; } = new(1024 * 1024, TimeSpan.FromMinutes(1));
}
