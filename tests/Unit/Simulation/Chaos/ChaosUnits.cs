namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>The units of one run: a bit of everything that the rules of placement and of stopping are about.</summary>
internal sealed class ChaosUnits
{
    /// <summary>The program of <c>ExecStop=</c> where it is a process.</summary>
    public const string StopProgram = "/bin/leave";

    /// <summary>The programs of commands that are processes.</summary>
    public static readonly IReadOnlyList<string> Programs = ["/bin/prepare", "/bin/ready", StopProgram, "/bin/clean"];

    // What a timer waits at most from one run to the next.
    private static readonly IReadOnlyList<(string Options, int Seconds)> Periods = [("OnUnitActiveSec=20", 20), ("OnUnitInactiveSec=5", 5), ("OnCalendar=*:*:0/15\nPersistent=true\nRandomizedDelaySec=5", 20)];

    private readonly Dice _dice;
    private readonly List<(string Name, string Text)> _files = [];
    private readonly List<string> _names = [];

    public ChaosUnits(Dice dice)
    {
        _dice = dice;
        var apart = dice.Below(3);
        Add("web@.service", 4, Container("web%i", 80, post: dice.OneIn(3)), apart == 0 ? "" : "Conflicts=web@*.service", "Service=website\nHealthCheck=http://:80/\nDrainTimeout=5s");
        Add("lb@.service", 2, Container("lb%i", 8080), apart == 2 ? "Conflicts=web@*.service lb@*.service" : "", $"LoadBalancer=website\nListen=8080\nVirtualIP=10.99.0.100/24\nWhenEmpty={(dice.OneIn(3) ? "keep" : "503")}");
        Add("api@.service", 3, Container("api%i", 90), "", "Service=api\nDrainTimeout=3s\nHealthInterval=1s" + (dice.OneIn(4) ? "\nOnIsolation=stop" : ""));
        Add("plain@.service", 3, Container("plain%i", 0), "", dice.OneIn(2) ? "OnIsolation=stop" : "");
        Add("side@.service", 2, Container("side%i", 0), "MachineOf=web@%i.service", "", DependsOn("web@%i.service"));
        Add("zoned.service", 1, Container("zoned", 0), "MachineMetadata=zone=a", "");
        Add("pinned.service", 1, Container("pinned", 0), "MachineID=m-2", "");
        Add("tail.service", 1, Container("tail", 0), "MachineOf=side@1.service", "");
        Add("every.service", 1, Container("every", 0), dice.OneIn(2) ? "Global=true\nMachineMetadata=zone=a" : "Global=true", "");
        Add("guard.service", 1, Container("guard", 0), $"Global=true\nConflicts={dice.Of(["zoned.service", "plain@1.service", "lb@*.service"])}", "");
        Add("swap.service", 1, Container("swap", 0), $"Replaces={dice.Of(["plain@*.service", "api@1.service", "every.service"])}", "");
        Add("wide@.service", 3, Container("wide%i", 0), dice.OneIn(2) ? "" : "MachineMetadata=zone exists", "Spread=zone");
        Add("job@.service", 2, $"ExecStart=/usr/bin/docker run {(dice.OneIn(3) ? "--rm " : "")}--name job%i image-jo", "", "");
        Add("gate.service", 1, Container("gate", 8081), "Conflicts=plain@*.service", "LoadBalancer=website\nListen=8081\nLocation=/api api");

        // One of them is started by its timer alone, the other by operators too.
        _names.Remove("job@1.service");
        AddTimer("job@.timer", 2, $"OnActiveSec={dice.Below(20)}\n{dice.Of(Periods).Options}");
        AddProcesses();
    }

    /// <summary>What <c>task.timer</c> waits at most from one run of its service to the next.</summary>
    public TimeSpan TaskPeriod { get; private set; }

    /// <summary>Another content of one of the files: another image, which no registry may have, another process, other options, or other rules.</summary>
    public (string Name, string Text) Another()
    {
        var (name, text) = _dice.Of(_files);
        return (name, _dice.Below(6) switch
        {
            0 => text.Replace("[X-HaWeb]\n", "[X-HaWeb]\nMaxRestarts=7\n", StringComparison.Ordinal),
            1 when !text.Contains("MachineID=", StringComparison.Ordinal) && !text.Contains("MachineOf=", StringComparison.Ordinal)
                => text.Replace("[X-Fleet]\n", "[X-Fleet]\nMachineMetadata=zone=b\n", StringComparison.Ordinal),
            2 => text.Replace($"image-{name[..2]}", $"image-{name[..2]}:none", StringComparison.Ordinal),
            _ => text.Replace($"image-{name[..2]}", $"image-{name[..2]}:{_dice.Below(3)}", StringComparison.Ordinal).Replace("--release 0", $"--release {_dice.Below(3)}", StringComparison.Ordinal),
        });
    }

    /// <summary>Makes a machine find none of the images that no registry has.</summary>
    public void MissImages(ISet<string> missing) => missing.UnionWith(_files.Select(file => $"image-{file.Name[..2]}:none"));

    /// <summary>The files to import.</summary>
    public IReadOnlyList<(string Name, string Text)> Files => _files;

    /// <summary>The units that may be started.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Units that run commands on the machine itself, and those of them that belong together: in one run these, in another run those.</summary>
    private void AddProcesses()
    {
        if (_dice.OneIn(2))
        {
            Add("daemon@.service", 2, Process("daemon"), _dice.OneIn(3) ? "Conflicts=daemon@*.service" : "", _dice.OneIn(4) ? "OnIsolation=stop" : "");
            Add("kick@.service", 2, _dice.OneIn(3) ? Container("kick%i", 0) : Process("kick"), "MachineOf=daemon@%i.service", "", DependsOn("daemon@%i.service"));
        }

        if (_dice.OneIn(2))
        {
            Add("native.service", 1, Process("native"), "", "Service=api\nPort=91\nDrainTimeout=3s\nHealthInterval=1s");
        }

        if (_dice.OneIn(2))
        {
            Add("mixed@.service", 2, Container("mixed%i", 0, stop: StopProgram) + "\nExecStartPost=/bin/ready", _dice.OneIn(2) ? "Global=true" : "", "");
        }

        if (_dice.OneIn(2))
        {
            Add("task.service", 1, "Type=oneshot\nTimeoutStartSec=10\nTimeoutStopSec=5\nExecStart=/usr/bin/task", "", "");
            _names.Remove("task.service");
            var (options, seconds) = _dice.Of(Periods);
            AddTimer("task.timer", 1, $"OnActiveSec={_dice.Below(20)}\n{options}");
            TaskPeriod = TimeSpan.FromSeconds(seconds);
        }
    }

    /// <summary>What a unit is to another one of its machine.</summary>
    private string DependsOn(string other) => $"{_dice.Of(["BindsTo", "BindsTo", "Requires", "PartOf"])}={other}{(_dice.OneIn(3) ? "" : $"\nAfter={other}")}";

    private List<string> Restarts()
    {
        var lines = new List<string> { $"Restart={_dice.Of(["always", "always", "on-failure", "no"])}", "RestartSec=500ms", "TimeoutStartSec=10", "TimeoutStopSec=5" };
        if (_dice.OneIn(2))
        {
            lines.Add("StartLimitIntervalSec=0");
        }

        return lines;
    }

    private string Process(string name)
    {
        var lines = Restarts();
        lines.Add($"ExecStart=/usr/bin/{name} --name %n --release 0");
        foreach (var command in new[] { "ExecStartPre=/bin/prepare", "ExecStartPost=/bin/ready", $"ExecStop={StopProgram}", "ExecStopPost=-/bin/clean", "KillMode=mixed" })
        {
            if (_dice.OneIn(2))
            {
                lines.Add(command);
            }
        }

        return string.Join('\n', lines);
    }

    private string Container(string name, int port, bool post = false, string? stop = null)
    {
        var lines = Restarts();
        if (_dice.OneIn(2))
        {
            lines.Add($"ExecStartPre=-/usr/bin/docker rm -f {name}");
        }

        var container = $"--name {name} {(port == 0 ? "" : $"-p {port}:{port} ")}image-{name[..2]}";
        if (_dice.OneIn(4))
        {
            lines.Add($"ExecStartPre=/usr/bin/docker create {container}");
            lines.Add($"ExecStart=/usr/bin/docker start -a {name}");
        }
        else
        {
            lines.Add($"ExecStart=/usr/bin/docker run {container}");
        }

        if (post)
        {
            lines.Add($"ExecStartPost=/usr/bin/docker exec {name} /ready");
        }

        if (_dice.OneIn(2))
        {
            lines.Add($"ExecStop={stop ?? $"/usr/bin/docker stop {name}"}");
        }

        if (_dice.OneIn(3))
        {
            lines.Add($"ExecStopPost=-/usr/bin/docker rm {name}");
        }

        return string.Join('\n', lines);
    }

    private void Add(string name, int instances, string service, string fleet, string haweb, string unit = "") =>
        Add(name, instances, $"[Unit]\n{unit}\n[Service]\n{service}\n[X-Fleet]\n{fleet}\n[X-HaWeb]\n{haweb}\n");

    private void AddTimer(string name, int instances, string timer) => Add(name, instances, $"[Timer]\n{timer}\n[X-Fleet]\n[X-HaWeb]\n");

    private void Add(string name, int instances, string text)
    {
        _files.Add((name, text));
        _names.AddRange(name.Contains('@', StringComparison.Ordinal)
            ? Enumerable.Range(1, instances).Select(i => name.Replace("@", $"@{i}", StringComparison.Ordinal))
            : [name]);
    }
}
