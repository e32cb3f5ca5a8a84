using State = (HaWeb.Core.Containers.ContainerSpec Spec, bool IsDetached);

namespace HaWeb.Core.Containers;

/// <summary>The flags of <c>docker run</c> and <c>docker create</c>.</summary>
internal static class RunFlags
{
    private const string Windows = "It exists on Windows only.";
    private const string NoClient = "It asks something of docker's own client, which does not run here.";
    private const string TooNew = "Older Docker Engines do not have it.";

    private static readonly Dictionary<char, string> Short = new()
    {
        ['a'] = "attach",
        ['c'] = "cpu-shares",
        ['d'] = "detach",
        ['e'] = "env",
        ['h'] = "hostname",
        ['i'] = "interactive",
        ['l'] = "label",
        ['m'] = "memory",
        ['p'] = "publish",
        ['P'] = "publish-all",
        ['q'] = "quiet",
        ['t'] = "tty",
        ['u'] = "user",
        ['v'] = "volume",
        ['w'] = "workdir",
    };

    private static readonly Dictionary<string, Flag<State>> Common = new(StringComparer.Ordinal)
    {
        ["add-host"] = Network((n, v) => n with { ExtraHosts = [.. n.ExtraHosts, FlagValues.ExtraHost(v)] }),
        ["annotation"] = Refused(TooNew),
        ["attach"] = Spec((s, v) => s with { Attached = [.. s.Attached, FlagValues.Stream(v)] }),
        ["blkio-weight"] = Resource((r, v) => r with { BlkioWeight = (int)FlagValues.Integer(v, 0, 1000) }),
        ["blkio-weight-device"] = Resource((r, v) => r with { DeviceWeights = [.. r.DeviceWeights, DeviceSpec.Weight(v)] }),
        ["cap-add"] = Security((s, v) => s with { CapAdd = [.. s.CapAdd, FlagValues.NotEmpty(v)] }),
        ["cap-drop"] = Security((s, v) => s with { CapDrop = [.. s.CapDrop, FlagValues.NotEmpty(v)] }),
        ["cgroup-parent"] = Security((s, v) => s with { CgroupParent = v }),
        ["cgroupns"] = Security((s, v) => s with { CgroupnsMode = v }),
        ["cidfile"] = Spec((s, v) => s with { IdFile = FlagValues.AbsolutePath(v) }),
        ["cpu-count"] = Refused(Windows),
        ["cpu-percent"] = Refused(Windows),
        ["cpu-period"] = Resource((r, v) => r with { CpuPeriod = FlagValues.Integer(v, 0) }),
        ["cpu-quota"] = Resource((r, v) => r with { CpuQuota = FlagValues.Integer(v) }),
        ["cpu-rt-period"] = Resource((r, v) => r with { RealtimePeriod = FlagValues.Integer(v, 0) }),
        ["cpu-rt-runtime"] = Resource((r, v) => r with { RealtimeRuntime = FlagValues.Integer(v, 0) }),
        ["cpu-shares"] = Resource((r, v) => r with { CpuShares = FlagValues.Integer(v, 0) }),
        ["cpus"] = Resource((r, v) => r with { NanoCpus = FlagValues.NanoCpus(v) }),
        ["cpuset-cpus"] = Resource((r, v) => r with { CpusetCpus = v }),
        ["cpuset-mems"] = Resource((r, v) => r with { CpusetMems = v }),
        ["device"] = Security((s, v) => s with { Devices = [.. s.Devices, FlagValues.Device(v)] }),
        ["device-cgroup-rule"] = Security((s, v) => s with { DeviceCgroupRules = [.. s.DeviceCgroupRules, v] }),
        ["device-read-bps"] = Resource((r, v) => r with { ReadBytes = [.. r.ReadBytes, DeviceSpec.Bytes(v)] }),
        ["device-read-iops"] = Resource((r, v) => r with { ReadOperations = [.. r.ReadOperations, DeviceSpec.Operations(v)] }),
        ["device-write-bps"] = Resource((r, v) => r with { WriteBytes = [.. r.WriteBytes, DeviceSpec.Bytes(v)] }),
        ["device-write-iops"] = Resource((r, v) => r with { WriteOperations = [.. r.WriteOperations, DeviceSpec.Operations(v)] }),
        ["disable-content-trust"] = Harmless(true, "Content trust is not checked here."),
        ["dns"] = Network((n, v) => n with { Dns = [.. n.Dns, FlagValues.IpAddress(v)] }),
        ["dns-opt"] = Network((n, v) => n with { DnsOptions = [.. n.DnsOptions, v] }),
        ["dns-option"] = Network((n, v) => n with { DnsOptions = [.. n.DnsOptions, v] }),
        ["dns-search"] = Network((n, v) => n with { DnsSearch = [.. n.DnsSearch, v] }),
        ["domainname"] = Spec((s, v) => s with { DomainName = v }),
        ["entrypoint"] = Spec((s, v) => s with { Entrypoint = v }),
        ["env"] = Spec((s, v) => s with { Environment = [.. s.Environment, FlagValues.Variable(v)] }),
        ["env-file"] = Spec((s, v) => s with { EnvironmentFiles = [.. s.EnvironmentFiles, FlagValues.AbsolutePath(v)] }),
        ["expose"] = Network((n, v) => n with { Expose = PortSpec.AddExposed(n.Expose, v) }),
        ["gpus"] = Resource((r, v) => r with { Gpus = DeviceSpec.Gpus(v) }),
        ["group-add"] = Security((s, v) => s with { GroupAdd = [.. s.GroupAdd, v] }),
        ["health-cmd"] = Health((h, v) => h with { Command = v }),
        ["health-interval"] = Health((h, v) => h with { Interval = FlagValues.Duration(v) }),
        ["health-retries"] = Health((h, v) => h with { Retries = (int)FlagValues.Integer(v, 0, int.MaxValue) }),
        ["health-start-interval"] = Refused(TooNew),
        ["health-start-period"] = Health((h, v) => h with { StartPeriod = FlagValues.Duration(v) }),
        ["health-timeout"] = Health((h, v) => h with { Timeout = FlagValues.Duration(v) }),
        ["hostname"] = Spec((s, v) => s with { HostName = v }),
        ["init"] = Switch((s, on) => s with { Init = on }),
        ["interactive"] = Switch((s, on) => s with { IsInteractive = on }),
        ["io-maxbandwidth"] = Refused(Windows),
        ["io-maxiops"] = Refused(Windows),
        ["ip"] = Network((n, v) => n with { IPv4 = FlagValues.IpAddress(v) }),
        ["ip6"] = Network((n, v) => n with { IPv6 = FlagValues.IpAddress(v) }),
        ["ipc"] = Security((s, v) => s with { IpcMode = v }),
        ["isolation"] = Refused(Windows),
        ["kernel-memory"] = Refused("Docker has given it up; use --memory."),
        ["label"] = Spec((s, v) => s with { Labels = [.. s.Labels, FlagValues.Pair(v, valueRequired: false)] }),
        ["label-file"] = Spec((s, v) => s with { LabelFiles = [.. s.LabelFiles, FlagValues.AbsolutePath(v)] }),
        ["link"] = Network((n, v) => n with { Links = [.. n.Links, FlagValues.Link(v)] }),
        ["link-local-ip"] = Network((n, v) => n with { LinkLocal = [.. n.LinkLocal, FlagValues.IpAddress(v)] }),
        ["log-driver"] = Spec((s, v) => s with { LogDriver = v }),
        ["log-opt"] = Spec((s, v) => s with { LogOptions = [.. s.LogOptions, FlagValues.Pair(v, valueRequired: true)] }),
        ["mac-address"] = Network((n, v) => n with { MacAddress = FlagValues.NotEmpty(v) }),
        ["memory"] = Resource((r, v) => r with { Memory = FlagValues.Bytes(v) }),
        ["memory-reservation"] = Resource((r, v) => r with { MemoryReservation = FlagValues.Bytes(v) }),
        ["memory-swap"] = Resource((r, v) => r with { MemorySwap = FlagValues.BytesOrUnlimited(v) }),
        ["memory-swappiness"] = Resource((r, v) => r with { MemorySwappiness = FlagValues.Integer(v, -1, 100) is var n and >= 0 ? n : null }),
        ["mount"] = Spec((s, v) => s with { Mounts = [.. s.Mounts, VolumeSpec.Mount(v)] }),
        ["name"] = Spec((s, v) => s with { Name = FlagValues.Name(v) }),
        ["net"] = Network(NetworkSpec.Apply),
        ["net-alias"] = Network((n, v) => n with { Aliases = [.. n.Aliases, v] }),
        ["network"] = Network(NetworkSpec.Apply),
        ["network-alias"] = Network((n, v) => n with { Aliases = [.. n.Aliases, v] }),
        ["no-healthcheck"] = Switch((s, on) => s with { Health = s.Health with { IsDisabled = on } }),
        ["oom-kill-disable"] = Switch((s, on) => s with { Resources = s.Resources with { OomKillDisable = on } }),
        ["oom-score-adj"] = Resource((r, v) => r with { OomScoreAdjust = (int)FlagValues.Integer(v, -1000, 1000) }),
        ["pid"] = Security((s, v) => s with { PidMode = v }),
        ["pids-limit"] = Resource((r, v) => r with { Pids = FlagValues.Integer(v, -1) }),
        ["platform"] = Spec((s, v) => s with { Platform = v }),
        ["privileged"] = Switch((s, on) => s with { Security = s.Security with { IsPrivileged = on } }),
        ["publish"] = new(
            false,
            (state, v) => state with { Spec = Publish(state.Spec, PortSpec.Add(state.Spec.Network.Publish, v)) },
            (state, v) => state with { Spec = Publish(state.Spec, PortSpec.AddUnexpanded(state.Spec.Network.Publish, v)) }),
        ["publish-all"] = Switch((s, on) => s with { Network = s.Network with { PublishAll = on } }),
        ["pull"] = Spec((s, v) => s with { Pull = FlagValues.Pull(v) }),
        ["quiet"] = Switch((s, _) => s),
        ["read-only"] = Switch((s, on) => s with { Security = s.Security with { ReadOnlyRoot = on } }),
        ["restart"] = Refused("It would fight the agent over the unit: leave it out and write Restart= in [Service]."),
        ["rm"] = Switch((s, on) => s with { AutoRemove = on }),
        ["runtime"] = Spec((s, v) => s with { Runtime = v }),
        ["security-opt"] = Security((s, v) => s with { Options = [.. s.Options, v] }),
        ["shm-size"] = Resource((r, v) => r with { ShmSize = FlagValues.Bytes(v) }),
        ["stop-signal"] = Spec((s, v) => s with { StopSignal = FlagValues.SignalOf(v) }),
        ["stop-timeout"] = Spec((s, v) => s with { StopTimeout = (int)FlagValues.Integer(v, -1, int.MaxValue) }),
        ["storage-opt"] = Spec((s, v) => s with { StorageOptions = [.. s.StorageOptions, FlagValues.Pair(v, valueRequired: true)] }),
        ["sysctl"] = Security((s, v) => s with { Sysctls = [.. s.Sysctls, FlagValues.Pair(v, valueRequired: true)] }),
        ["tmpfs"] = Spec((s, v) => s with { Tmpfs = [.. s.Tmpfs, VolumeSpec.Tmpfs(v)] }),
        ["tty"] = Switch((s, on) => s with { HasTty = on }),
        ["ulimit"] = Resource((r, v) => r with { Ulimits = [.. r.Ulimits, FlagValues.Ulimit(v)] }),
        ["use-api-socket"] = Flag<State>.Refused("Mount the socket with -v.", isBoolean: true),
        ["user"] = Spec((s, v) => s with { User = v }),
        ["userns"] = Security((s, v) => s with { UsernsMode = v }),
        ["uts"] = Security((s, v) => s with { UtsMode = v }),
        ["volume"] = Spec(VolumeSpec.AddVolume),
        ["volume-driver"] = Spec((s, v) => s with { VolumeDriver = v }),
        ["volumes-from"] = Spec((s, v) => s with { VolumesFrom = [.. s.VolumesFrom, FlagValues.NotEmpty(v)] }),
        ["workdir"] = Spec((s, v) => s with { WorkDir = FlagValues.AbsolutePath(v) }),
    };

    private static readonly Dictionary<string, Flag<State>> RunOnly = new(Common, StringComparer.Ordinal)
    {
        ["detach"] = Flag<State>.Switch((state, on) => state with { IsDetached = on }),
        // There is no terminal to type them at.
        ["detach-keys"] = Spec((s, _) => s),
        ["sig-proxy"] = Harmless(true, NoClient),
    };

    public static FlagSet<State> Run { get; } = new("docker run", RunOnly, Short, StopsAtOperand: true);

    public static FlagSet<State> Create { get; } = new("docker create", Common, Short.Where(letter => letter.Key != 'd').ToDictionary(), StopsAtOperand: true);

    private static ContainerSpec Publish(ContainerSpec spec, IReadOnlyList<PublishedPort> ports) => spec with { Network = spec.Network with { Publish = ports } };

    private static Flag<State> Spec(Func<ContainerSpec, string, ContainerSpec> change) => Flag<State>.Value((state, v) => state with { Spec = change(state.Spec, v) });

    private static Flag<State> Network(Func<ContainerNetwork, string, ContainerNetwork> change) => Spec((s, v) => s with { Network = change(s.Network, v) });

    private static Flag<State> Resource(Func<ContainerResources, string, ContainerResources> change) => Spec((s, v) => s with { Resources = change(s.Resources, v) });

    private static Flag<State> Security(Func<ContainerSecurity, string, ContainerSecurity> change) => Spec((s, v) => s with { Security = change(s.Security, v) });

    private static Flag<State> Health(Func<ContainerHealth, string, ContainerHealth> change) => Spec((s, v) => s with { Health = change(s.Health, v) });

    private static Flag<State> Switch(Func<ContainerSpec, bool, ContainerSpec> change) => Flag<State>.Switch((state, on) => state with { Spec = change(state.Spec, on) });

    private static Flag<State> Refused(string why) => Flag<State>.Refused(why);

    /// <summary>A switch that changes nothing as long as it has docker's default.</summary>
    private static Flag<State> Harmless(bool expected, string why) =>
        Flag<State>.Switch((state, on) => on == expected ? state : throw new FlagValueException("cannot be honoured.", why));
}
