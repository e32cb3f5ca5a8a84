namespace HaWeb.Core.Containers;

/// <summary>How much of its machine a container may use. Null is docker's default.</summary>
public sealed record ContainerResources
{
    /// <summary>Memory in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>Memory and swap in bytes, -1 for no limit.</summary>
    public long? MemorySwap { get; init; }

    /// <summary>The soft limit of memory in bytes.</summary>
    public long? MemoryReservation { get; init; }

    /// <summary>From 0 to 100.</summary>
    public long? MemorySwappiness { get; init; }

    /// <summary>Processors, in billionths of one.</summary>
    public long? NanoCpus { get; init; }

    /// <summary>Its weight against others.</summary>
    public long? CpuShares { get; init; }

    /// <summary>The scheduler's period in microseconds.</summary>
    public long? CpuPeriod { get; init; }

    /// <summary>Microseconds of each period.</summary>
    public long? CpuQuota { get; init; }

    /// <summary>The processors, <c>0-3</c>.</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>The memory nodes, <c>0,1</c>.</summary>
    public string? CpusetMems { get; init; }

    /// <summary>How many processes, -1 for no limit.</summary>
    public long? Pids { get; init; }

    /// <summary>The weight of its disk access, from 10 to 1000, or 0.</summary>
    public int? BlkioWeight { get; init; }

    /// <summary>The size of /dev/shm in bytes.</summary>
    public long? ShmSize { get; init; }

    /// <summary>Whether it is spared when memory runs out.</summary>
    public bool OomKillDisable { get; init; }

    /// <summary>How early it is killed when memory runs out, from -1000 (last) to 1000.</summary>
    public int? OomScoreAdjust { get; init; }

    /// <summary>Limits of its processes.</summary>
    public IReadOnlyList<ResourceLimit> Ulimits { get; init; } = [];

    /// <summary>The real-time scheduler's period in microseconds.</summary>
    public long? RealtimePeriod { get; init; }

    /// <summary>Microseconds of each such period.</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary>The weights of its access to single disks.</summary>
    public IReadOnlyList<DeviceRate> DeviceWeights { get; init; } = [];

    /// <summary>The most bytes a second that it reads from devices.</summary>
    public IReadOnlyList<DeviceRate> ReadBytes { get; init; } = [];

    /// <summary>The most bytes a second that it writes to devices.</summary>
    public IReadOnlyList<DeviceRate> WriteBytes { get; init; } = [];

    /// <summary>The most operations a second in which it reads from devices.</summary>
    public IReadOnlyList<DeviceRate> ReadOperations { get; init; } = [];

    /// <summary>The most operations a second in which it writes to devices.</summary>
    public IReadOnlyList<DeviceRate> WriteOperations { get; init; } = [];

    /// <summary>Its graphics processors; null for none.</summary>
    public GpuRequest? Gpus { get; init; }
}
