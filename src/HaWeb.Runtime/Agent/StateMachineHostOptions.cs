namespace HaWeb.Runtime.Agent;

/// <summary>How a <see cref="StateMachineHost"/> runs its machine.</summary>
public sealed record StateMachineHostOptions
{
    /// <summary>Whether the machine is told of the cluster's containers from the start on.</summary>
    public bool FollowsContainers { get; init; }

    /// <summary>Whether the machine is told of the units' processes from the start on.</summary>
    public bool FollowsProcesses { get; init; }

    /// <summary>Whether the machine is told of the host's addresses, and of the keepaliveds that run on it, from the start on.</summary>
    public bool FollowsAddresses { get; init; }

    /// <summary>How long a keep-alive may take. Less than a third of the lease's time to live leaves room for another attempt.</summary>
    public TimeSpan KeepAliveDeadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The clock; null for <see cref="MachineClock"/>.</summary>
    public TimeProvider? Time { get; init; }
}
