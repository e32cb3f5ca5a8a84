namespace HaWeb.Core.Simulation;

/// <summary>How long things take in a simulated world.</summary>
public static class SimulatedTimes
{
    /// <summary>One way to the store, or back.</summary>
    public static TimeSpan Store { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>After this, a request that the store does not answer has failed.</summary>
    public static TimeSpan StoreDeadline { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Between two attempts to follow a store that does not answer.</summary>
    public static TimeSpan Retry { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>From an answer to its repetition.</summary>
    public static TimeSpan Repeat { get; } = TimeSpan.FromMilliseconds(700);

    /// <summary>How long a leader that lost its lease takes longer than the others to hear of it.</summary>
    public static TimeSpan Silence { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// When nothing has changed for so long, every time of the protocol is over where all machines, the store and Docker answer: leases, proofs of a loss,
    /// deadlines and retries.
    /// </summary>
    public static TimeSpan Quiet { get; } = TimeSpan.FromSeconds(20);

    /// <summary>As <see cref="Quiet"/> where something does not answer: the 60 s that a silent Docker is given count too.</summary>
    public static TimeSpan QuietInTrouble { get; } = TimeSpan.FromSeconds(75);

    /// <summary>Between two listings of all containers.</summary>
    public static TimeSpan Relist { get; } = TimeSpan.FromSeconds(60);

    /// <summary>A request to Docker.</summary>
    public static TimeSpan Docker { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A request about processes.</summary>
    public static TimeSpan Process { get; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a command of a unit runs as a process.</summary>
    public static TimeSpan Command { get; } = TimeSpan.FromMilliseconds(10);

    /// <summary>A file that is written.</summary>
    public static TimeSpan Disk { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>From a stop signal to the end of a container.</summary>
    public static TimeSpan Stop { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>From the start of a container to its first served request.</summary>
    public static TimeSpan Boot { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A probe that is answered.</summary>
    public static TimeSpan Probe { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>From the end of a balancer to what keepalived's own check makes of it.</summary>
    public static TimeSpan AddressCheck { get; } = TimeSpan.FromSeconds(2);

    /// <summary>From a reload to new workers.</summary>
    public static TimeSpan Reload { get; } = TimeSpan.FromMilliseconds(15);

    /// <summary>From a reload to the end of the last old worker.</summary>
    public static TimeSpan Drain { get; } = TimeSpan.FromMilliseconds(300);
}
