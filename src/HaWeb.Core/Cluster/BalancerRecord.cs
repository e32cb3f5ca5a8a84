using HaWeb.Core.LoadBalancing;

namespace HaWeb.Core.Cluster;

/// <summary><c>balancers/MACHINE/UNIT</c>: what a balancer serves. A stop waits for it (PROTOCOL.md section 5).</summary>
public sealed record BalancerRecord : StoredRecord
{
    /// <summary>The services that it balances, in ordinal order.</summary>
    public List<string> Services { get; init => field = value ?? []; } = [];

    /// <summary>The store revision that its new workers serve; 0 before its first config.</summary>
    public long Applied { get; init; }

    /// <summary>The store revision before which no old worker remains; at most <see cref="Applied"/>.</summary>
    public long Drained { get; init; }

    /// <summary>Services whose last set is served although its keys went with their leases; a stop waits until old workers serve it no longer either.</summary>
    public List<string> Stale { get; init => field = value ?? []; } = [];

    /// <summary>The backends of its services that were registered by hand, as far as its machine has judged them, in ordinal order.</summary>
    public List<ExternalHealthRecord> External { get; init => field = value ?? []; } = [];

    /// <summary>What is wrong with its config, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The address that it shares with others, <c>10.99.0.100/24</c>; null for none.</summary>
    public string? VirtualIP { get; init; }

    /// <summary>What it is to that address; null when it has none.</summary>
    public AddressRole? AddressRole { get; init; }

    /// <summary>Why it takes no part in that address though it serves, or null.</summary>
    public string? AddressError { get; init; }
}
