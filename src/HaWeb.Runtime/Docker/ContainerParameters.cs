using System.Globalization;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using ContainerSpec = HaWeb.Core.Containers.ContainerSpec;
using DeviceMapping = HaWeb.Core.Containers.DeviceMapping;

namespace HaWeb.Runtime.Docker;

/// <summary>Puts our description of a container into the Docker Engine's.</summary>
internal static class ContainerParameters
{
    public static CreateContainerParameters From(ContainerSpec spec, ContainerLabels labels, IReadOnlyList<EnvironmentVariable> fileVariables) => new()
    {
        Name = spec.Name,
        Platform = spec.Platform,
        Image = spec.Image,
        Cmd = NullIfEmpty(spec.Arguments),
        Entrypoint = spec.Entrypoint is { } entrypoint ? [entrypoint] : null,
        Hostname = spec.HostName,
        Domainname = spec.DomainName,
        User = spec.User,
        WorkingDir = spec.WorkDir,
        Env = VariablesOf(fileVariables.Concat(spec.Environment)),
        Labels = LabelsOf(spec, labels),
        AttachStdin = spec.Attached.Contains("stdin", StringComparer.Ordinal),
        AttachStdout = spec.Attached.Contains("stdout", StringComparer.Ordinal),
        AttachStderr = spec.Attached.Contains("stderr", StringComparer.Ordinal),
        StdinOnce = spec.IsInteractive && spec.Attached.Contains("stdin", StringComparer.Ordinal),
        Volumes = spec.AnonymousVolumes.Count == 0 ? null : spec.AnonymousVolumes.ToDictionary(path => path, _ => default(EmptyStruct), StringComparer.Ordinal),
        ExposedPorts = spec.Network.Expose.Concat(spec.Network.Publish.Select(PortOf)).Distinct(StringComparer.Ordinal)
            .ToDictionary(port => port, _ => default(EmptyStruct), StringComparer.Ordinal),
        MacAddress = spec.Network.MacAddress,
        Healthcheck = HealthOf(spec.Health),
        StopSignal = spec.StopSignal,
        StopTimeout = spec.StopTimeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Tty = spec.HasTty,
        OpenStdin = spec.IsInteractive,
        HostConfig = HostOf(spec),
        NetworkingConfig = EndpointOf(spec.Network),
    };

    private static HostConfig HostOf(ContainerSpec spec)
    {
        var (network, resources, security) = (spec.Network, spec.Resources, spec.Security);
        return new HostConfig
        {
            Binds = NullIfEmpty(spec.Binds),
            VolumesFrom = NullIfEmpty(spec.VolumesFrom),
            VolumeDriver = spec.VolumeDriver,
            Mounts = NullIfEmpty([.. spec.Mounts.Select(MountOf)]),
            Tmpfs = NullIfEmpty(spec.Tmpfs),
            LogConfig = spec.LogDriver is null && spec.LogOptions.Count == 0 ? null : new LogConfig { Type = spec.LogDriver, Config = NullIfEmpty(spec.LogOptions) },
            StorageOpt = NullIfEmpty(spec.StorageOptions),
            Runtime = spec.Runtime,
            Init = spec.Init,
            AutoRemove = spec.AutoRemove,
            ContainerIDFile = spec.IdFile,

            NetworkMode = network.Mode,
            PortBindings = BindingsOf(network.Publish),
            PublishAllPorts = network.PublishAll,
            Links = NullIfEmpty(network.Links),
            DNS = NullIfEmpty(network.Dns),
            DNSOptions = NullIfEmpty(network.DnsOptions),
            DNSSearch = NullIfEmpty(network.DnsSearch),
            ExtraHosts = NullIfEmpty(network.ExtraHosts),

            Memory = resources.Memory ?? 0,
            MemorySwap = resources.MemorySwap ?? 0,
            MemoryReservation = resources.MemoryReservation ?? 0,
            MemorySwappiness = resources.MemorySwappiness,
            NanoCPUs = resources.NanoCpus ?? 0,
            CPUShares = resources.CpuShares ?? 0,
            CPUPeriod = resources.CpuPeriod ?? 0,
            CPUQuota = resources.CpuQuota ?? 0,
            CPURealtimePeriod = resources.RealtimePeriod ?? 0,
            CPURealtimeRuntime = resources.RealtimeRuntime ?? 0,
            BlkioWeightDevice = NullIfEmpty([.. resources.DeviceWeights.Select(rate => new WeightDevice { Path = rate.Path, Weight = (ushort)rate.Value })]),
            BlkioDeviceReadBps = RatesOf(resources.ReadBytes),
            BlkioDeviceWriteBps = RatesOf(resources.WriteBytes),
            BlkioDeviceReadIOps = RatesOf(resources.ReadOperations),
            BlkioDeviceWriteIOps = RatesOf(resources.WriteOperations),
            DeviceRequests = resources.Gpus is { } gpus ? [GpusOf(gpus)] : null,
            CpusetCpus = resources.CpusetCpus,
            CpusetMems = resources.CpusetMems,
            PidsLimit = resources.Pids,
            BlkioWeight = (ushort)(resources.BlkioWeight ?? 0),
            ShmSize = resources.ShmSize ?? 0,
            OomKillDisable = resources.OomKillDisable ? true : null,
            OomScoreAdj = resources.OomScoreAdjust ?? 0,
            Ulimits = NullIfEmpty([.. resources.Ulimits.Select(limit => new Ulimit { Name = limit.Name, Soft = limit.Soft, Hard = limit.Hard })]),

            Privileged = security.IsPrivileged,
            CapAdd = NullIfEmpty(security.CapAdd),
            CapDrop = NullIfEmpty(security.CapDrop),
            SecurityOpt = NullIfEmpty(security.Options),
            Devices = NullIfEmpty([.. security.Devices.Select(DeviceOf)]),
            DeviceCgroupRules = NullIfEmpty(security.DeviceCgroupRules),
            GroupAdd = NullIfEmpty(security.GroupAdd),
            ReadonlyRootfs = security.ReadOnlyRoot,
            PidMode = security.PidMode,
            IpcMode = security.IpcMode,
            UTSMode = security.UtsMode,
            UsernsMode = security.UsernsMode,
            CgroupnsMode = security.CgroupnsMode,
            CgroupParent = security.CgroupParent,
            Sysctls = NullIfEmpty(security.Sysctls),
        };
    }

    private static List<string>? VariablesOf(IEnumerable<EnvironmentVariable> variables)
    {
        var last = new Dictionary<string, string?>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var variable in variables)
        {
            if (!last.ContainsKey(variable.Name))
            {
                order.Add(variable.Name);
            }

            last[variable.Name] = variable.Value;
        }

        // A name alone takes the image's variable away.
        return order.Count == 0 ? null : [.. order.Select(name => last[name] is { } value ? $"{name}={value}" : name)];
    }

    private static List<ThrottleDevice>? RatesOf(IReadOnlyList<DeviceRate> rates) =>
        NullIfEmpty([.. rates.Select(rate => new ThrottleDevice { Path = rate.Path, Rate = (ulong)rate.Value })]);

    private static DeviceRequest GpusOf(GpuRequest gpus) => new()
    {
        Driver = gpus.Driver,
        Count = gpus.Count,
        DeviceIDs = NullIfEmpty(gpus.Ids),
        Capabilities = [[.. gpus.Capabilities]],
        Options = NullIfEmpty(gpus.Options) ?? [],
    };

    /// <summary>The labels that somebody wants, and those by which an agent knows a network or a volume for its cluster's.</summary>
    public static Dictionary<string, string> LabelsOf(IReadOnlyList<KeyValuePair<string, string>> wanted, ContainerLabels labels)
    {
        var all = NullIfEmpty(wanted) ?? new Dictionary<string, string>(StringComparer.Ordinal);
        all[ContainerLabels.ClusterLabel] = labels.Cluster;
        all[ContainerLabels.UnitLabel] = labels.Unit;
        return all;
    }

    private static Dictionary<string, string> LabelsOf(ContainerSpec spec, ContainerLabels labels)
    {
        var all = LabelsOf(spec.Labels, labels);
        all[ContainerLabels.GenerationLabel] = labels.Generation.ToString(CultureInfo.InvariantCulture);
        all[ContainerLabels.RunHashLabel] = labels.RunHash;
        if (labels.Restart is { } restart)
        {
            all[ContainerLabels.RestartLabel] = restart.ToString(CultureInfo.InvariantCulture);
        }

        if (labels.BootId.Length > 0)
        {
            all[ContainerLabels.BootLabel] = labels.BootId;
        }

        if (labels.Trigger is { } trigger)
        {
            all[ContainerLabels.TriggerLabel] = trigger.ToString("O", CultureInfo.InvariantCulture);
        }

        return all;
    }

    private static HealthConfig? HealthOf(ContainerHealth health)
    {
        if (health == new ContainerHealth())
        {
            return null;
        }

        // Nought, or no test, takes the image's setting.
        return new HealthConfig
        {
            Test = health.IsDisabled ? ["NONE"] : health.Command is { } command ? ["CMD-SHELL", command] : null,
            Interval = health.Interval ?? TimeSpan.Zero,
            Timeout = health.Timeout ?? TimeSpan.Zero,
            StartPeriod = (health.StartPeriod?.Ticks ?? 0) * TimeSpan.NanosecondsPerTick,
            Retries = health.Retries ?? 0,
        };
    }

    private static NetworkingConfig? EndpointOf(ContainerNetwork network)
    {
        // Links of a network that is not docker's own are the network's to carry out.
        var links = network.Mode is null or "default" or "bridge" or "host" or "none" || network.Mode.StartsWith("container:", StringComparison.Ordinal) ? [] : network.Links;
        if (network.Mode is not { } name
            || (network.Aliases.Count + network.LinkLocal.Count + network.DriverOptions.Count + links.Count == 0 && network.IPv4 is null && network.IPv6 is null))
        {
            return null;
        }

        var endpoint = new EndpointSettings
        {
            Aliases = NullIfEmpty(network.Aliases),
            Links = NullIfEmpty(links),
            MacAddress = network.MacAddress,
            DriverOpts = NullIfEmpty(network.DriverOptions),
            IPAMConfig = new EndpointIPAMConfig { IPv4Address = network.IPv4, IPv6Address = network.IPv6, LinkLocalIPs = NullIfEmpty(network.LinkLocal) },
        };
        return new NetworkingConfig { EndpointsConfig = new Dictionary<string, EndpointSettings>(StringComparer.Ordinal) { [name] = endpoint } };
    }

    private static Dictionary<string, IList<PortBinding>>? BindingsOf(IReadOnlyList<PublishedPort> ports) => ports.Count == 0
        ? null
        : ports.GroupBy(PortOf, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (IList<PortBinding>)[.. group.Select(BindingOf)], StringComparer.Ordinal);

    private static PortBinding BindingOf(PublishedPort port) => new()
    {
        HostIP = port.HostIp,
        HostPort = port.HostPort?.ToString(CultureInfo.InvariantCulture) ?? port.HostRange,
    };

    private static string PortOf(PublishedPort port) => string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol}");

    private static global::Docker.DotNet.Models.DeviceMapping DeviceOf(DeviceMapping device) => new()
    {
        PathOnHost = device.HostPath,
        PathInContainer = device.ContainerPath,
        CgroupPermissions = device.Permissions,
    };

    private static Mount MountOf(ContainerMount mount) => new()
    {
        Type = mount.Type,
        Source = mount.Source,
        Target = mount.Target,
        ReadOnly = mount.IsReadOnly,
        Consistency = mount.Consistency,
        BindOptions = mount.Propagation is null && !mount.IsNonRecursive ? null : new BindOptions { Propagation = mount.Propagation, NonRecursive = mount.IsNonRecursive },
        VolumeOptions = VolumeOf(mount),
        TmpfsOptions = mount.TmpfsSize is null && mount.TmpfsMode is null
            ? null
            : new TmpfsOptions { SizeBytes = mount.TmpfsSize ?? 0, Mode = (uint)(mount.TmpfsMode ?? 0) },
    };

    private static VolumeOptions? VolumeOf(ContainerMount mount)
    {
        var hasDriver = mount.VolumeDriver is not null || mount.VolumeOptions.Count > 0;
        return !mount.NoCopy && !hasDriver && mount.VolumeLabels.Count == 0
            ? null
            : new VolumeOptions
            {
                NoCopy = mount.NoCopy,
                Labels = NullIfEmpty(mount.VolumeLabels),
                DriverConfig = hasDriver ? new Driver { Name = mount.VolumeDriver, Options = NullIfEmpty(mount.VolumeOptions) } : null,
            };
    }

    /// <summary>A list as Docker takes it.</summary>
    public static List<T>? NullIfEmpty<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : [.. list];

    /// <summary>Pairs as Docker takes them: the last one of a name wins.</summary>
    public static Dictionary<string, string>? NullIfEmpty(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
        {
            return null;
        }

        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            all[key] = value;
        }

        return all;
    }
}
