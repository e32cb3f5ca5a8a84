using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A load balancer's config. Its text is what <c>Set-Content</c> writes.</summary>
public sealed class HaLoadBalancerConfig
{
    /// <summary>The service that answers what no location takes.</summary>
    public required string Service { get; init; }

    /// <summary>The program that it is for.</summary>
    public BalancerEngine Engine { get; init; }

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

    /// <summary>Whether an operator's template made it: then nothing is known of what it says.</summary>
    public bool FromTemplate { get; init; }

    /// <summary>The text for another version of nginx; null when it is the same for all, or was asked for as it is.</summary>
    internal Func<NginxVersion, string>? TextFor { get; init; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
