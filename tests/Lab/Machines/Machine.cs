using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace HaWeb.Lab;

/// <summary>
/// One machine of the lab: a network, mount, process and host-name namespace whose first process stands for its power.
/// Killing that process kills all that runs in the machine at one stroke, as pulling the plug does. What the machine keeps
/// is in files, so any process that knows the lab's folder can act on it.
/// </summary>
public sealed class Machine
{
    private const string Power = "power";
    private const string EngineRole = "engine";
    private const string StoreRole = "etcd";
    private const string AgentRole = "agent";

    // Binds what a machine has of its own over what it shares with the others, says so, and then only reaps.
    private const string Boot = """
        set -e
        echo "$2" > /proc/sys/kernel/hostname
        touch -a /etc/machine-id /etc/environment
        mount --bind "$1/boot-id" /proc/sys/kernel/random/boot_id
        mount --bind "$1/machine-id" /etc/machine-id
        mount --bind "$1/environment" /etc/environment
        mkdir -p /var/lib/haweb /home/core
        mount --bind "$1/state" /var/lib/haweb
        mount --bind "$1/home" /home/core
        mount --bind "$1/run" /run
        mkdir -p /run/haweb /run/lock
        touch /run/booted
        while :; do sleep 86400 & wait; done
        """;

    private readonly Network _network;
    private readonly IReadOnlyList<MachinePlan> _all;
    private readonly PowerShellCommand? _powerShell;

    internal Machine(MachinePlan plan, IReadOnlyList<MachinePlan> all, Network network, PowerShellCommand? powerShell)
    {
        Plan = plan;
        _all = all;
        _network = network;
        _powerShell = powerShell;
    }

    /// <summary>Its name, address, ids and paths.</summary>
    public MachinePlan Plan { get; }

    /// <summary>Whether it is powered on.</summary>
    public bool IsOn => Recorded(Power) is not null;

    /// <summary>Whether its agent's process runs.</summary>
    public bool HasAgent => Recorded(AgentRole) is not null;

    /// <summary>Whether its member of etcd runs.</summary>
    public bool HasEtcd => Recorded(StoreRole) is not null;

    /// <summary>
    /// Powers it off without warning: nothing that runs in it can say good-bye on the network, or to its disk.
    /// </summary>
    public async Task PowerOffAsync()
    {
        await _network.SetPortAsync(Plan.Name, up: false);
        await Require(Power).KillAsync();
        await _network.UnplugAsync(Plan.Name, Plan.Namespace);
        Directory.Delete(Plan.RunFolder, recursive: true);
    }

    /// <summary>Powers it on again, and starts what it ran: its Docker Engine, its member of etcd, its agent.</summary>
    public async Task PowerOnAsync()
    {
        await BootAsync();
        await StartEngineAsync();
        if (Plan.HasStore)
        {
            await StartEtcdAsync();
        }

        if (Plan.Lab.Agents)
        {
            await StartAgentAsync();
        }
    }

    /// <summary>Puts right what was broken of it: its power, its cable, its member of etcd, its agent. What works already is left as it is.</summary>
    public async Task MendAsync()
    {
        if (!IsOn)
        {
            await PowerOnAsync();
            return;
        }

        await HealLinkAsync();
        await HealStoreAsync();
        if (Plan.HasStore && !HasEtcd)
        {
            await StartEtcdAsync();
        }

        if (Plan.Lab.Agents && !HasAgent)
        {
            await StartAgentAsync();
        }
    }

    /// <summary>Cuts its network cable: nothing goes in or out, and what runs goes on running.</summary>
    public Task CutLinkAsync() => _network.SetPortAsync(Plan.Name, up: false);

    /// <summary>Mends its network cable.</summary>
    public Task HealLinkAsync() => _network.SetPortAsync(Plan.Name, up: true);

    /// <summary>
    /// Cuts it off from etcd alone: what it sends to any member as a client, and what it is sent back, is dropped without a word. Its own member goes on, and
    /// all else on the network too.
    /// </summary>
    public Task CutStoreAsync() => RunAsync("sh", "-c", StoreRules("-A"));

    /// <summary>Lets it reach etcd again.</summary>
    public Task HealStoreAsync() => RunAsync("sh", "-c", $"while {StoreRules("-D")}; do :; done 2> /dev/null");

    /// <summary>Starts its agent, through the module's Start-HaAgent, in a process of its own.</summary>
    public Task StartAgentAsync() =>
        _powerShell is null
            ? throw new LabException("This lab is one without agents.")
            : StartAsync(AgentRole, _powerShell.AgentWords(Plan, [.. Stores]));

    /// <summary>Kills its agent, SIGKILL. What the agent started goes on.</summary>
    public Task KillAgentAsync() => Require(AgentRole).KillAsync();

    /// <summary>Asks its agent to end, SIGTERM, and kills it after 10 s.</summary>
    public Task StopAgentAsync() => Require(AgentRole).StopAsync(TimeSpan.FromSeconds(10));

    /// <summary>Starts its member of etcd; with its data, if it has run before.</summary>
    public Task StartEtcdAsync()
    {
        var peers = _all.Where(one => one.HasStore)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name}=http://{one.Address}:2380"));
        return StartAsync(
            StoreRole,
            [
                "etcd",
                "--name", Plan.Name,
                "--data-dir", Path.Combine(Plan.Folder, "etcd"),
                "--listen-client-urls", $"{Plan.StoreEndpoint},http://127.0.0.1:2379",
                "--advertise-client-urls", Plan.StoreEndpoint,
                "--listen-peer-urls", $"http://{Plan.Address}:2380",
                "--initial-advertise-peer-urls", $"http://{Plan.Address}:2380",
                "--initial-cluster", string.Join(',', peers),
                "--initial-cluster-token", $"{Plan.Lab.Name}-lab",

                // The keys that side-kicks of fleet's time write are of etcd's first interface.
                "--enable-v2",
            ]);
    }

    /// <summary>Kills its member of etcd.</summary>
    public Task StopEtcdAsync() => Require(StoreRole).KillAsync();

    /// <summary>Writes a file below its /run, or takes it away.</summary>
    /// <param name="path">Where, below /run.</param>
    /// <param name="text">What it holds; null to take it away.</param>
    public void SetRunFile(string path, string? text)
    {
        var file = Path.Combine(Plan.RunFolder, path);
        if (text is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        else if (File.Exists(file))
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs Docker's command-line client against its Docker Engine.</summary>
    /// <exception cref="LabException">The command failed; the message has what Docker said.</exception>
    public Task<string> DockerAsync(params IReadOnlyList<string> words) =>
        Command.RequireAsync([.. DockerCommand, .. words]);

    /// <summary>What a container wrote, first all of the one stream, then all of the other, each line behind the time when it came.</summary>
    /// <param name="container">The container.</param>
    /// <param name="since">From when on; null for all.</param>
    public async Task<string> DockerLogsAsync(string container, DateTimeOffset? since = null)
    {
        string[] range = since is null ? [] : ["--since", since.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)];
        var result = await Command.RunAsync([.. DockerCommand, "logs", "--timestamps", .. range, container], TimeSpan.FromSeconds(30));
        return result.ExitCode == 0 ? result.Output + result.Error : throw new LabException(result.Error.Trim());
    }

    /// <summary>When a container was first sent a signal after a moment, as Docker tells it.</summary>
    /// <exception cref="LabException">It was not.</exception>
    public Task<DateTimeOffset> SignalledAsync(string container, DateTimeOffset since) => FirstAsync("kill", container, since);

    /// <summary>When a container first ended after a moment, as Docker tells it.</summary>
    /// <exception cref="LabException">It did not.</exception>
    public Task<DateTimeOffset> DiedAsync(string container, DateTimeOffset since) => FirstAsync("die", container, since);

    /// <summary>The words that a command against its Docker Engine begins with.</summary>
    public IReadOnlyList<string> DockerCommand => ["docker", "-H", $"unix://{Plan.DockerSocket}"];

    /// <summary>Whether one of its interfaces has an address.</summary>
    public async Task<bool> HasAddressAsync(string address) =>
        (await RunAsync("ip", "-oneline", "addr", "show", "to", address)).Length > 0;

    /// <summary>The words that a command which is to run inside it begins with.</summary>
    public IReadOnlyList<string> InsideCommand =>
        ["nsenter", $"--target={Require(Power).Id}", "--mount", "--uts", "--net", "--pid", "--"];

    /// <summary>Runs a command inside it, which must succeed, and gives what it wrote.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> words) => Command.RequireAsync([.. InsideCommand, .. words]);

    /// <summary>Runs a shell script inside it as one who has logged in does, with the variables of its /etc/environment; it must succeed. Gives what it wrote.</summary>
    public Task<string> ShellAsync(string script) => RunAsync("sh", "-c", "set -a; . /etc/environment; set +a; exec sh -c \"$1\"", "sh", script);

    /// <summary>Starts PowerShell inside it with the module loaded and the lab's store named, its three streams in the caller's hands.</summary>
    public Process StartPowerShell(string script) =>
        _powerShell is null
            ? throw new LabException("This lab is one without agents.")
            : Command.Start([.. InsideCommand, "env", $"HAWEB_ENDPOINTS={string.Join(',', Stores)}", .. _powerShell.Words(script)]);

    /// <summary>The last lines that a part of it (<c>engine</c>, <c>etcd</c>, <c>agent</c>) wrote to its log.</summary>
    public string LastWords(string role, int lines = 15)
    {
        var path = Plan.LogFile(role);
        return File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(lines)) : "(it wrote nothing)";
    }

    internal async Task BootAsync()
    {
        Directory.CreateDirectory(Plan.RunFolder);
        Directory.CreateDirectory(Plan.StateFolder);
        Directory.CreateDirectory(Plan.HomeFolder);
        await File.WriteAllTextAsync(Plan.MachineIdFile, Plan.Id + "\n");
        await File.WriteAllTextAsync(Plan.BootIdFile, Guid.NewGuid() + "\n");
        await File.WriteAllTextAsync(
            Plan.EnvironmentFile,
            $"COREOS_PRIVATE_IPV4={Plan.Address}\nCOREOS_PUBLIC_IPV4={Plan.Address}\nETCDCTL_API=2\nETCDCTL_ENDPOINTS={string.Join(',', Stores)}\n");
        await _network.PlugInAsync(Plan.Name, Plan.Namespace, Plan.Address);
        await LaunchAsync(
            Power,
            [
                "nsenter", $"--net=/run/netns/{Plan.Namespace}",
                "unshare", "--mount", "--uts", "--pid", "--fork", "--mount-proc",
                "sh", "-c", Boot, "sh", Plan.Folder, Plan.Name,
            ]);
        await Wait.UntilAsync(
            () => File.Exists(Path.Combine(Plan.RunFolder, "booted")),
            TimeSpan.FromSeconds(10),
            $"{Plan.Name} to boot; its last words:\n{LastWords(Power)}\n");
    }

    internal async Task StartEngineAsync()
    {
        var number = Plan.Number;
        await StartAsync(
            EngineRole,
            [
                "dockerd",
                "--host", "unix:///var/run/docker.sock",
                "--host", Plan.DockerEndpoint,
                "--tls=false",
                "--data-root", Path.Combine(Plan.Folder, "docker"),
                "--exec-opt", "native.cgroupdriver=cgroupfs",
                "--cgroup-parent", Plan.ControlGroup,
                "--bip", string.Create(CultureInfo.InvariantCulture, $"172.30.{number}.1/24"),
                "--default-address-pool", string.Create(CultureInfo.InvariantCulture, $"base=172.31.{number * 16}.0/20,size=24"),
                "--log-level", "warn",
            ]);
        await Wait.UntilAsync(EngineAnswersAsync, TimeSpan.FromSeconds(30), $"the Docker Engine of {Plan.Name}");
    }

    internal Task LoadImagesAsync(string archive) => DockerAsync("load", "--input", archive);

    private async Task<DateTimeOffset> FirstAsync(string what, string container, DateTimeOffset since)
    {
        var events = await DockerAsync(
            "events", "--filter", $"container={container}", "--filter", $"event={what}", "--format", "{{.TimeNano}}",
            "--since", Seconds(since), "--until", Seconds(DateTimeOffset.UtcNow));
        return events.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } nanoseconds
            ? DateTimeOffset.UnixEpoch.AddTicks(long.Parse(nanoseconds, CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick)
            : throw new LabException($"Docker on {Plan.Name} tells of no '{what}' of {container}.");

        static string Seconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
    }

    private IEnumerable<string> Stores => _all.Where(one => one.HasStore).Select(one => one.StoreEndpoint);

    private static string StoreRules(string deed) =>
        $"iptables -w {deed} OUTPUT -p tcp --dport 2379 -j DROP && iptables -w {deed} INPUT -p tcp --sport 2379 -j DROP";

    private Task StartAsync(string role, IReadOnlyList<string> words) =>
        Recorded(role) is null
            ? LaunchAsync(role, [.. InsideCommand, .. words])
            : throw new LabException($"The {role} of {Plan.Name} runs already.");

    /// <summary>Starts a program in a session of its own that outlives this process, and records the process that it becomes.</summary>
    private async Task LaunchAsync(string role, IReadOnlyList<string> words)
    {
        using var launched = Command.Start(
            ["setsid", "sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", Plan.LogFile(role), .. words]);
        RecordedProcess? process = null;
        await Wait.UntilAsync(
            () => (process = OnlyChildOf(launched.Id)) is not null || launched.HasExited,
            TimeSpan.FromSeconds(10),
            $"the {role} of {Plan.Name} to start");
        if (process is null)
        {
            throw new LabException($"The {role} of {Plan.Name} ended at once:\n{LastWords(role)}");
        }

        process.Write(RecordedProcess.PathOf(Plan.Folder, role));
    }

    /// <summary>nsenter and unshare fork into the new process namespace and wait: what they run is their only child.</summary>
    private static RecordedProcess? OnlyChildOf(int parent)
    {
        try
        {
            var children = File.ReadAllText($"/proc/{parent}/task/{parent}/children");
            return int.TryParse(children.Trim(), CultureInfo.InvariantCulture, out var child) ? RecordedProcess.Find(child) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<bool> EngineAnswersAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Plan.DockerSocket));
            return true;
        }
        catch (SocketException) when (Recorded(EngineRole) is not null)
        {
            return false;
        }
        catch (SocketException)
        {
            throw new LabException($"The Docker Engine of {Plan.Name} ended:\n{LastWords(EngineRole)}");
        }
    }

    private RecordedProcess? Recorded(string role) =>
        RecordedProcess.Read(RecordedProcess.PathOf(Plan.Folder, role), Plan.Lab.Folder);

    private RecordedProcess Require(string role) =>
        Recorded(role) ?? throw new LabException(
            role == Power ? $"{Plan.Name} is off: power it on first." : $"The {role} of {Plan.Name} does not run.");
}
