namespace HaWeb.Core.Operations.Views;

/// <summary>What the machine of one balancer has found out about a backend that was registered by hand.</summary>
public sealed record BackendProbeView
{
    /// <summary>The id of the balancer's machine.</summary>
    public required string Machine { get; init; }

    /// <summary>The balancer's unit.</summary>
    public required string Balancer { get; init; }

    /// <summary>Whether the backend accepts connections from there.</summary>
    public bool Healthy { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why it does not; null when it does.</summary>
    public string? LastError { get; init; }

    /// <summary>How long the probe took that decided it; null when it had no answer.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>How often its health has fallen within five minutes, when it flaps; otherwise 0.</summary>
    public int Flaps { get; init; }
}
