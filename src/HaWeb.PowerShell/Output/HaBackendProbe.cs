using HaWeb.Core.Operations.Views;

namespace HaWeb.PowerShell.Output;

/// <summary>What the machine of one load balancer has found out about a backend that was registered by hand.</summary>
public sealed class HaBackendProbe
{
    internal HaBackendProbe(BackendProbeView view)
    {
        Machine = view.Machine;
        Balancer = view.Balancer;
        Healthy = view.Healthy;
        Since = view.Since;
        LastError = view.LastError;
        Latency = view.Latency;
        Flaps = view.Flaps;
    }

    /// <summary>The id of the load balancer's machine.</summary>
    public string Machine { get; }

    /// <summary>The load balancer's unit.</summary>
    public string Balancer { get; }

    /// <summary>Whether the backend accepts connections from there.</summary>
    public bool Healthy { get; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Why it does not; null when it does.</summary>
    public string? LastError { get; }

    /// <summary>How long the probe took that decided it; null when it had no answer.</summary>
    public TimeSpan? Latency { get; }

    /// <summary>How often its health has fallen within five minutes, when that is so often that it has to pass longer before it is believed; otherwise 0.</summary>
    public int Flaps { get; }

    /// <summary>The machine, and what was found.</summary>
    public override string ToString() => $"{Machine}: {(Healthy ? "healthy" : LastError)}";
}
