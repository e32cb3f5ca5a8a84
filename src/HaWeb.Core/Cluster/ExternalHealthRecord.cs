namespace HaWeb.Core.Cluster;

/// <summary>What a balancer's machine has found out about a backend that was registered by hand, in <see cref="BalancerRecord.External"/>.</summary>
public sealed record ExternalHealthRecord
{
    /// <summary>The service.</summary>
    public string Service { get; init => field = value ?? ""; } = "";

    /// <summary>The backend's name in the service.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The revision of the key that was judged: of another one this says nothing.</summary>
    public long Revision { get; init; }

    /// <summary>Whether its probes pass.</summary>
    public bool Healthy { get; init; }

    /// <summary>Since when <see cref="Healthy"/> is what it is.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why the probe failed that made it unhealthy; null when it is healthy.</summary>
    public string? Error { get; init; }

    /// <summary>How long the probe took that made it healthy or unhealthy; null when it had no answer.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>How often its health has fallen within five minutes, when that is so often that it has to pass longer before it is believed; otherwise 0.</summary>
    public int Flaps { get; init; }
}
