using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>What became of one config that was published.</summary>
public sealed class HaLoadBalancerPublication
{
    internal const string Applied = "Applied";
    internal const string Unchanged = "Unchanged";
    internal const string Rejected = "Rejected";
    internal const string Failed = "Failed";

    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>The store revision of the config.</summary>
    public long Revision { get; init; }

    /// <summary>The container or the file it was published to.</summary>
    public required string Target { get; init; }

    /// <summary><c>Applied</c>, <c>Unchanged</c>, <c>Rejected</c> (the one before serves on) or <c>Failed</c> (it is tried again with the next).</summary>
    public required string Result { get; init; }

    /// <summary>How many backends it has.</summary>
    public int Backends { get; init; }

    /// <summary>The balancer's own words where it did not take it, or what failed.</summary>
    public string? Message { get; init; }

    /// <summary>The cluster.</summary>
    public HaCluster? Cluster { get; init; }
}
