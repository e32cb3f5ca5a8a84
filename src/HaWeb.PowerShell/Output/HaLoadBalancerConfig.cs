using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>An nginx config. Its text is what <c>Set-Content</c> writes.</summary>
public sealed class HaLoadBalancerConfig
{
    /// <summary>The service that answers what no location takes.</summary>
    public required string Service { get; init; }

    /// <summary>All services it balances.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>The store revision that its backends are from; 0 when that is not known.</summary>
    public long Revision { get; init; }

    /// <summary>The backends in it.</summary>
    public required IReadOnlyList<HaBackend> Backends { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The cluster of its backends; null when they were not read from one.</summary>
    public HaCluster? Cluster { get; init; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
