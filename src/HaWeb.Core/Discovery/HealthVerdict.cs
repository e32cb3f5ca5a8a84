namespace HaWeb.Core.Discovery;

/// <summary>What made a backend healthy or unhealthy.</summary>
/// <param name="Since">When.</param>
/// <param name="Error">Why the probe failed; null when it passed.</param>
/// <param name="Latency">How long that probe took, or null when it had no answer.</param>
/// <param name="Flaps">How often it has fallen within five minutes, when that is so often that it has to pass longer; otherwise 0.</param>
public sealed record HealthVerdict(DateTimeOffset Since, string? Error, TimeSpan? Latency, int Flaps);
