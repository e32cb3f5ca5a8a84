using HaWeb.Core.Cluster;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Core.Operations.Views;

/// <summary>A load balancer that planned stops wait for, as operators see it.</summary>
public sealed record BalancerView
{
    /// <summary>The unit; of a pipeline that keeps one configured, its session.</summary>
    public required string Name { get; init; }

    /// <summary>The id of its machine.</summary>
    public required string Machine { get; init; }

    /// <summary>The services that it balances, in ordinal order.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>The store revision that its workers serve; 0 before its first config.</summary>
    public long Applied { get; init; }

    /// <summary>The store revision before which no old worker remains.</summary>
    public long Drained { get; init; }

    /// <summary>Services whose lost backends it serves because no others are there.</summary>
    public required IReadOnlyList<string> Stale { get; init; }

    /// <summary>The address that it shares with others, <c>10.99.0.100/24</c>; null for none.</summary>
    public string? VirtualIP { get; init; }

    /// <summary>What its machine is to that address; null when it has none.</summary>
    public AddressRole? Role { get; init; }

    /// <summary>The ids of the machines that hold that address: one; none for a moment while it moves; several where a network is broken.</summary>
    public required IReadOnlyList<string> Holders { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>All of them, by machine and name.</summary>
    public static IEnumerable<BalancerView> All(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var holders = state.Balancers.Entries
            .Where(one => one.Entry.Value is { VirtualIP: not null, AddressRole: AddressRole.Holder })
            .ToLookup(one => one.Entry.Value.VirtualIP, one => one.Owner, StringComparer.Ordinal);
        return state.Balancers.Entries.Select(one => new BalancerView
        {
            Name = one.Item,
            Machine = one.Owner,
            Services = one.Entry.Value.Services,
            Applied = one.Entry.Value.Applied,
            Drained = one.Entry.Value.Drained,
            Stale = one.Entry.Value.Stale,
            VirtualIP = one.Entry.Value.VirtualIP,
            Role = one.Entry.Value.AddressRole,
            Holders = one.Entry.Value.VirtualIP is { } address ? [.. holders[address].Distinct(StringComparer.Ordinal)] : [],
            Problems = [.. new[] { one.Entry.Value.Error, one.Entry.Value.AddressError }.OfType<string>()],
        });
    }
}
