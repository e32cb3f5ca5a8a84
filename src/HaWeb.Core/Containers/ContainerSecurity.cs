namespace HaWeb.Core.Containers;

/// <summary>What a container may do and see. Null is docker's default.</summary>
public sealed record ContainerSecurity
{
    /// <summary>Whether it may do everything.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>Capabilities added.</summary>
    public IReadOnlyList<string> CapAdd { get; init; } = [];

    /// <summary>Capabilities taken away.</summary>
    public IReadOnlyList<string> CapDrop { get; init; } = [];

    /// <summary>Security options.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Devices of the machine.</summary>
    public IReadOnlyList<DeviceMapping> Devices { get; init; } = [];

    /// <summary>Rules of the device control group.</summary>
    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];

    /// <summary>Further groups.</summary>
    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    /// <summary>Whether its root file system cannot be written.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>Whose processes it sees.</summary>
    public string? PidMode { get; init; }

    /// <summary>Whose shared memory it sees.</summary>
    public string? IpcMode { get; init; }

    /// <summary>Whose host name it has.</summary>
    public string? UtsMode { get; init; }

    /// <summary>Whose users it has.</summary>
    public string? UsernsMode { get; init; }

    /// <summary>Whose control groups it sees.</summary>
    public string? CgroupnsMode { get; init; }

    /// <summary>The control group it belongs to.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Kernel settings.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sysctls { get; init; } = [];
}
