using System.Net;
using System.Net.Sockets;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

[Collection("Docker")]
public sealed class ContainerCreateTests(DockerFixture docker)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_a_docker_line_says_reaches_docker()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "# none\nFROM_FILE=1\nBOTH=file\n", Token);
        var spec = new ContainerSpec
        {
            Image = TestImage.Name,
            Name = docker.NewName(),
            Arguments = ["-c", "true"],
            HostName = "inner",
            DomainName = "example",
            User = "33:33",
            WorkDir = "/tmp",
            Entrypoint = "/bin/sh",
            Environment = [new("A", "1=2"), new("BOTH", "line"), new("PATH", null)],
            EnvironmentFiles = [file],
            Labels = [new("a", "b"), new(ContainerLabels.UnitLabel, "forged")],
            Binds = ["/tmp:/host:ro", "named:/named"],
            AnonymousVolumes = ["/anonymous"],
            Mounts = [new("bind", "/usr", "/usr-of-host", IsReadOnly: true, Propagation: "rslave"), new("tmpfs", "", "/memory", TmpfsSize: 65536, TmpfsMode: 0x1C0)],
            Tmpfs = [new("/scratch", "size=64k")],
            Network = new ContainerNetwork
            {
                Mode = "none",
                Publish = [new("127.0.0.1", 8080, 80, "tcp"), new("", null, 53, "udp")],
                Expose = ["90/tcp"],
                Dns = ["10.0.0.1"],
                DnsOptions = ["ndots:1"],
                DnsSearch = ["example"],
                ExtraHosts = ["other:10.0.0.2"],
            },
            Resources = new ContainerResources { Memory = 64 << 20, MemorySwap = -1, NanoCpus = 500_000_000, Pids = 50, ShmSize = 1 << 20, OomScoreAdjust = 100, Ulimits = [new("nofile", 100, 200)] },
            Security = new ContainerSecurity
            {
                CapAdd = ["NET_ADMIN"],
                CapDrop = ["MKNOD"],
                Options = ["no-new-privileges"],
                Devices = [new("/dev/null", "/dev/nothing", "r")],
                GroupAdd = ["nogroup"],
                ReadOnlyRoot = true,
                PidMode = "host",
                IpcMode = "private",
                Sysctls = [new("kernel.msgmax", "1024")],
            },
            Health = new ContainerHealth { Command = "true", Interval = TimeSpan.FromSeconds(3), StartPeriod = TimeSpan.FromSeconds(2), Retries = 4 },
            LogDriver = "json-file",
            LogOptions = [new("max-size", "1m")],
            Init = true,
            StopSignal = "SIGINT",
            StopTimeout = 7,
            HasTty = true,
            IsInteractive = true,
            AutoRemove = true,
        };

        var id = ((DockerResult.Created)await docker.AskAsync(new DockerRequest.Create(spec, DockerFixture.Labels("a.service")))).Container;
        var made = await docker.Client.Containers.InspectContainerAsync(id, Token);
        await docker.AskAsync(new DockerRequest.Remove(id, Force: true, Volumes: true, MayBeAbsent: false));

        var (config, host) = (made.Config, made.HostConfig);
        Assert.Equal(["/bin/sh"], config.Entrypoint);
        Assert.Equal(["-c", "true"], config.Cmd);
        Assert.Equal(("inner", "example", "33:33", "/tmp"), (config.Hostname, config.Domainname, config.User, config.WorkingDir));
        Assert.Equal(["A=1=2", "BOTH=line", "FROM_FILE=1", "PATH"], config.Env.Order(StringComparer.Ordinal));
        Assert.Equal(("b", "a.service"), (config.Labels["a"], config.Labels[ContainerLabels.UnitLabel]));
        Assert.Equal(["53/udp", "80/tcp", "90/tcp"], config.ExposedPorts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("SIGINT", TimeSpan.FromSeconds(7), true, true), (config.StopSignal, config.StopTimeout, config.Tty, config.OpenStdin));
        Assert.Equal(["CMD-SHELL", "true"], config.Healthcheck.Test);
        Assert.Equal((TimeSpan.FromSeconds(3), 2_000_000_000, 4), (config.Healthcheck.Interval, config.Healthcheck.StartPeriod, config.Healthcheck.Retries));

        Assert.Equal(["/tmp:/host:ro", "named:/named"], host.Binds);
        Assert.Equal(["/anonymous", "/host", "/memory", "/named", "/usr-of-host"], made.Mounts.Select(mount => mount.Destination).Order(StringComparer.Ordinal));
        Assert.Equal((65536, 0x1C0u), (host.Mounts[1].TmpfsOptions.SizeBytes, host.Mounts[1].TmpfsOptions.Mode));
        Assert.Equal(("rslave", true), (host.Mounts[0].BindOptions.Propagation, host.Mounts[0].ReadOnly));
        Assert.Equal("size=64k", host.Tmpfs["/scratch"]);
        Assert.Equal(("127.0.0.1", "8080"), (host.PortBindings["80/tcp"][0].HostIP, host.PortBindings["80/tcp"][0].HostPort));
        Assert.Equal("", host.PortBindings["53/udp"][0].HostPort);
        Assert.Equal(("none", "host", "private"), (host.NetworkMode, host.PidMode, host.IpcMode));
        Assert.Equal(["10.0.0.1", "ndots:1", "example", "other:10.0.0.2"], [.. host.DNS, .. host.DNSOptions, .. host.DNSSearch, .. host.ExtraHosts]);
        Assert.Equal((64 << 20, -1, 500_000_000, 50, 1 << 20, 100), (host.Memory, host.MemorySwap, host.NanoCPUs, host.PidsLimit, host.ShmSize, host.OomScoreAdj));
        Assert.Equal(("nofile", 100, 200), (host.Ulimits[0].Name, host.Ulimits[0].Soft, host.Ulimits[0].Hard));
        Assert.Equal(["NET_ADMIN", "MKNOD", "nogroup"], [.. host.CapAdd, .. host.CapDrop, .. host.GroupAdd]);
        Assert.Contains("no-new-privileges", host.SecurityOpt);
        Assert.Equal(("/dev/null", "/dev/nothing", "r"), (host.Devices[0].PathOnHost, host.Devices[0].PathInContainer, host.Devices[0].CgroupPermissions));
        Assert.Equal((true, true, true, "1024"), (host.ReadonlyRootfs, host.AutoRemove, host.Init, host.Sysctls["kernel.msgmax"]));
        Assert.Equal(("json-file", "1m"), (host.LogConfig.Type, host.LogConfig.Config["max-size"]));
        File.Delete(file);
    }

    [Fact]
    public async Task What_cannot_be_made_is_refused_with_the_reason()
    {
        var spec = new ContainerSpec { Image = TestImage.Name, Name = docker.NewName() };

        foreach (var (wrong, word) in new[]
        {
            (spec with { EnvironmentFiles = ["/no/such/file"] }, "/no/such/file"),
            (spec with { IsComplete = false }, "variables"),
            (spec with { Security = new() { CapAdd = ["NO_SUCH"] } }, "NO_SUCH"),
        })
        {
            var failure = await Assert.ThrowsAsync<DockerException>(() => docker.AskAsync(new DockerRequest.Create(wrong, DockerFixture.Labels("a.service"))));
            Assert.Equal(DockerFailure.Refused, failure.Failure);
            Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_registry_that_does_not_go_on_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var connection = new DockerConnection(docker.Endpoint);
        var puller = new ImagePuller(connection, new RegistryCredentials("/none"), TimeSpan.FromMilliseconds(300));

        var failure = await Assert.ThrowsAsync<DockerException>(() => puller.PullAsync($"{silent.LocalEndpoint}/image", platform: null, always: true, Token));

        Assert.Equal(DockerFailure.NoSuchImage, failure.Failure);
        Assert.Contains("no progress", failure.Message, StringComparison.Ordinal);
    }
}
