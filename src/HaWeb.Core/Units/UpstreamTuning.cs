namespace HaWeb.Core.Units;

/// <summary>How a load balancer treats the backends of a service.</summary>
/// <param name="ConnectTimeout">How long a connection may take.</param>
/// <param name="ReadTimeout">How long a backend may say nothing while it answers.</param>
/// <param name="MaxFails">How many failures within <paramref name="FailTimeout"/> make it leave a backend alone for as long; 0 for never.</param>
/// <param name="FailTimeout">See there.</param>
/// <param name="Keepalive">Idle connections kept open to the backends; 0 for none.</param>
public sealed record UpstreamTuning(TimeSpan ConnectTimeout, TimeSpan ReadTimeout, int MaxFails, TimeSpan FailTimeout, int Keepalive)
{
    /// <summary>What holds where a unit says nothing: 500 ms, 60 s, 1, 10 s, 32.</summary>
    public static UpstreamTuning Default { get; } = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60), 1, TimeSpan.FromSeconds(10), 32);
}
