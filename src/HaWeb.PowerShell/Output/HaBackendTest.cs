using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>What a probe of a backend from here has found.</summary>
public sealed class HaBackendTest
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Its name in the service.</summary>
    public required string Name { get; init; }

    /// <summary>What was probed: <c>http://10.0.0.1:80/healthz</c>.</summary>
    public required string HealthCheck { get; init; }

    /// <summary>Whether the probe passed.</summary>
    public required bool Passed { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>Why it failed; null when it passed.</summary>
    public string? Error { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }
}
