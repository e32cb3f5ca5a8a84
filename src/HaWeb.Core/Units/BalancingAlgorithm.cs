namespace HaWeb.Core.Units;

/// <summary>How a load balancer chooses the backend of a request.</summary>
public enum BalancingAlgorithm
{
    /// <summary><c>round_robin</c>: each in turn, by weight.</summary>
    RoundRobin,

    /// <summary><c>least_conn</c>: the one with the fewest open connections.</summary>
    LeastConnections,

    /// <summary><c>ip_hash</c>: always the same for a client's address.</summary>
    IpHash,

    /// <summary><c>random</c>: any.</summary>
    Random,

    /// <summary><c>random_two</c>: of two that chance takes, the one with fewer open connections.</summary>
    RandomTwo,

    /// <summary><c>hash</c>: always the same for a <see cref="HashKey"/>; when a backend comes or goes, few keys change theirs.</summary>
    Hash,
}
