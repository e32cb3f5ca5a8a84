using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A load balancer that planned stops wait for.</summary>
public sealed class HaLoadBalancer
{
    internal HaLoadBalancer(BalancerView view, HaCluster cluster)
    {
        Name = view.Name;
        Machine = view.Machine;
        Services = view.Services;
        Applied = view.Applied;
        Drained = view.Drained;
        Stale = view.Stale;
        VirtualIP = view.VirtualIP;
        AddressRole = view.Role?.ToString().ToLowerInvariant();
        Holder = view.Holders;
        Problems = view.Problems;
        Cluster = cluster;
    }

    /// <summary>The unit; of a pipeline that keeps one configured, its session.</summary>
    public string Name { get; }

    /// <summary>The id of its machine.</summary>
    public string Machine { get; }

    /// <summary>The services that it balances.</summary>
    public IReadOnlyList<string> Services { get; }

    /// <summary>The store revision that its workers serve; 0 before its first config.</summary>
    public long Applied { get; }

    /// <summary>The store revision before which no old worker remains.</summary>
    public long Drained { get; }

    /// <summary>Services whose lost backends it serves because no others are there.</summary>
    public IReadOnlyList<string> Stale { get; }

    /// <summary>The address that it shares with others; null for none.</summary>
    public string? VirtualIP { get; }

    /// <summary><c>holder</c>, <c>ready</c> to take the address, <c>joining</c> while it has just begun to serve, or <c>out</c>; null when it shares none.</summary>
    public string? AddressRole { get; }

    /// <summary>The ids of the machines that hold the address: one, none for a moment while it moves, several where a network is broken.</summary>
    public IReadOnlyList<string> Holder { get; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Its cluster.</summary>
    public HaCluster Cluster { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
