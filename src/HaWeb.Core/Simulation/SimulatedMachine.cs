using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Core.Simulation;

/// <summary>A pretend machine: a Docker Engine, and an agent that runs the supervisor and the engine of production.</summary>
public sealed class SimulatedMachine
{
    /// <summary>The id of the simulated cluster, as its containers' labels have it.</summary>
    public const string ClusterId = "simulated";

    // Pretend machines are on every network, so that unit files with addresses of real ones can be rehearsed.
    private const int PrefixLength = 0;

    private readonly SimulatedWorld _world;
    private readonly MachineRecord _record;
    private readonly SortedSet<string> _failingProbes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, VirtualRouter> _routers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, KeepalivedState> _routerStates = new(StringComparer.Ordinal);
    private MachineSupervisor? _supervisorState;
    private SimulatedProcess? _supervisor;
    private SimulatedProcess? _engine;
    private Engine? _engineState;
    private bool _isOn;
    private bool _isCutOff;
    private bool _dockerIsDown;
    private int _boots;
    private DateTimeOffset _bootedAt;

    internal SimulatedMachine(SimulatedWorld world, MachineRecord record)
    {
        _world = world;
        _record = record;
        Docker = new SimulatedDocker(record.Id);
        Docker.Exited = Exited;
        Processes = new SimulatedProcesses(record.Id)
        {
            Exited = Exited,
            Started = Started,
        };

        // Machines of CoreOS have it, and units of fleet's time read it.
        Files["/etc/environment"] = $"COREOS_PRIVATE_IPV4={record.Address}\nCOREOS_PUBLIC_IPV4={record.PublicAddress ?? record.Address}\n";
    }

    /// <summary>Who it is.</summary>
    public MachineRecord Record => _record;

    /// <summary>Its id.</summary>
    public string Id => _record.Id;

    /// <summary>The address of its services.</summary>
    public string Address => _record.Address;

    /// <summary>Its Docker Engine.</summary>
    public SimulatedDocker Docker { get; }

    /// <summary>The processes of its units.</summary>
    public SimulatedProcesses Processes { get; }

    /// <summary>Its text files, by path.</summary>
    public IDictionary<string, string> Files { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What its agents keep for themselves, by name.</summary>
    public IDictionary<string, string> State { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What its agents keep until it is switched off, by name.</summary>
    public IDictionary<string, string> Journals { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What its keepaliveds do, by unit.</summary>
    public IReadOnlyDictionary<string, VirtualRouter> Routers => _routers;

    /// <summary>Why it can run no keepalived, or null.</summary>
    public string? KeepalivedProblem { get; set; }

    /// <summary>Whether its engine leads the cluster.</summary>
    public bool Leads => _engineState?.Leads == true && _engine is { Ended: false };

    /// <summary>Whether its agent runs.</summary>
    public bool AgentRuns => _supervisor is { Ended: false };

    /// <summary>Whether it has power.</summary>
    public bool IsOn => _isOn;

    /// <summary>Whether it is cut off from the store.</summary>
    public bool IsCutOff => _isCutOff;

    /// <summary>Why its nginx refuses every new config, or null.</summary>
    public string? NginxProblem { get; set; }

    /// <summary>Whether the store answers it.</summary>
    public bool ReachesStore => _isOn && !_isCutOff && _world.StoreIsUp;

    /// <summary>Whether its Docker Engine answers.</summary>
    public bool DockerIsUp => _isOn && !_dockerIsDown;

    /// <summary>Switches it on: Docker and the agent start, and no container runs.</summary>
    public void PowerOn()
    {
        if (!_isOn)
        {
            _isOn = true;
            _boots++;
            _bootedAt = _world.Now;
            _world.Note(Id, "is switched on");
            _world.Touch();
            StartAgent();
        }
    }

    /// <summary>Its power goes: everything on it ends without a word.</summary>
    public void PowerLoss()
    {
        _world.Note(Id, "loses its power");
        _world.Touch();
        EndAgent();
        _isOn = false;
        _routers.Clear();
        _routerStates.Clear();
        Processes.Clear();
        Journals.Clear();
        foreach (var container in Docker.Containers.ToList())
        {
            Docker.End(container, 137);
        }

        _world.Addresses.Look();
    }

    /// <summary>Starts the agent.</summary>
    public void StartAgent()
    {
        if (AgentRuns || !_isOn)
        {
            return;
        }

        _engineState = new Engine(_world.Keys, Id, new EngineOptions());
        _supervisorState = new MachineSupervisor(_world.Keys, ClusterId, _record, Facts(), Environment(), new SupervisorOptions(), _world.Templates);
        _supervisor = new SimulatedProcess(_world, this, _supervisorState);
        _engine = new SimulatedProcess(_world, this, _engineState);
        _world.Note(Id, "its agent starts");
        var (agent, engine) = (_supervisor, _engine);
        agent.Deliver(new Event.Started());
        agent.Deliver(new Event.ProcessesListed([.. Processes.Runs.Select(run => run.State)]));
        agent.Deliver(new Event.KeepalivedFound([.. _routers.Keys]));
        foreach (var (unit, state) in _routerStates)
        {
            agent.Deliver(new Event.KeepalivedTold(unit, state));
        }

        TellAddresses();
        engine.Deliver(new Event.Started());
        ListContainers();
        Relist(agent);
    }

    /// <summary>Kills the agent; its containers run on.</summary>
    public void KillAgent()
    {
        _world.Note(Id, "its agent is killed");
        EndAgent();
    }

    /// <summary>Cuts it off from the store, or heals the cut.</summary>
    public void Cut(bool off)
    {
        _isCutOff = off;
        _world.Note(Id, off ? "is cut off" : "is connected again");
        _world.Touch();
        _world.Addresses.Look();
        StoreChanged();
    }

    /// <summary>Its Docker Engine stops answering, or answers again; its containers run on.</summary>
    public void StopDocker(bool down)
    {
        _dockerIsDown = down;
        _world.Note(Id, down ? "its Docker stops answering" : "its Docker answers again");
        _world.Touch();
        if (down)
        {
            Tell(new Event.DockerLost("it does not answer"));
        }
        else
        {
            ListContainers();
        }
    }

    /// <summary>The container of a unit, or its process, ends with an exit code.</summary>
    public void EndContainer(string unit, long exitCode)
    {
        if (Processes.RunningOf(unit) is { } run)
        {
            _world.Note(unit, $"its process ends with {exitCode}");
            Processes.End(run, exitCode);
        }

        if (Docker.RunningOf(unit) is { } container)
        {
            _world.Note(unit, $"its container ends with {exitCode}");
            Docker.End(container, exitCode);
        }
    }

    /// <summary>A process that runs a program ends with an exit code.</summary>
    public void EndProcess(string program, long exitCode)
    {
        foreach (var run in Processes.Runs.Where(run => run.Spec.Path == program).ToList())
        {
            Processes.End(run, exitCode);
        }
    }

    /// <summary>The container of a unit, or its process, answers nothing any more, or answers again.</summary>
    public void HangContainer(string unit, bool hangs)
    {
        if (Processes.RunningOf(unit) is { } run)
        {
            _world.Note(unit, hangs ? "its process hangs" : "its process answers again");
            _world.Touch();
            run.Hangs = hangs;
        }

        if (Docker.RunningOf(unit) is { } container)
        {
            _world.Note(unit, hangs ? "its container hangs" : "its container answers again");
            _world.Touch();
            container.Hangs = hangs;
            CheckAddresses();
        }
    }

    /// <summary>Makes the probes of a unit fail, or pass again.</summary>
    public void FailProbes(string unit, bool fail)
    {
        if (fail ? _failingProbes.Add(unit) : _failingProbes.Remove(unit))
        {
            _world.Note(unit, fail ? $"its probes fail on {Id}" : $"its probes pass on {Id}");
            _world.Touch();
            CheckAddresses();
        }
    }

    /// <summary>No registry has an image any more, or one has it again.</summary>
    public void MissImage(string image, bool missing)
    {
        if (missing ? Docker.MissingImages.Add(image) : Docker.MissingImages.Remove(image))
        {
            _world.Note(Id, missing ? $"finds no image {image}" : $"finds the image {image} again");
            _world.Touch();
        }
    }

    /// <summary>
    /// Whether no unit on it waits for a time that its file sets, its engine for none that an operator has set, and every probe since then has said what its
    /// unit is taken for.
    /// </summary>
    internal bool IsAtRest(DateTimeOffset since) => !AgentRuns || (_supervisorState!.IsAtRest(since) && !(ReachesStore && _engineState!.WaitsForUpdate));

    /// <summary>When the first of its timers elapses next, as things stand; null for never.</summary>
    internal DateTimeOffset? NextElapse => AgentRuns ? _supervisorState!.NextElapse : null;

    /// <summary>Its engine hears nothing of the store before this time.</summary>
    internal void DelayEngine(DateTimeOffset until) => _engine!.HearsFrom = until;

    internal void Keep(StatePlace place, string name, string? text)
    {
        var kept = Kept(place);
        if (text is null)
        {
            kept.Remove(name);
        }
        else
        {
            kept[name] = text;
        }
    }

    internal IDictionary<string, string> Kept(StatePlace place) => place is StatePlace.Lasting ? State : Journals;

    internal void StoreChanged()
    {
        _supervisor?.StoreChanged();
        _engine?.StoreChanged();
    }

    /// <summary>Whether a probe that reaches the machine passes.</summary>
    public bool Answers(ProbeRequest probe) =>
        Docker.Containers.Any(container => container.Running && !container.Hangs && !_failingProbes.Contains(container.Labels.Unit)
            && _world.Now - container.StartedAt >= SimulatedTimes.Boot
            && (container.Id == probe.Host || container.Spec.Network.Publish.Any(port => port.HostPort == probe.Port)))
        || Processes.Runs.Any(run => run is { ExitCode: null, IsMain: true, Hangs: false } && run.Spec.Port == probe.Port && !_failingProbes.Contains(run.Labels.Unit)
            && _world.Now - run.StartedAt >= SimulatedTimes.Boot);

    /// <summary>Does something about a keepalived.</summary>
    internal KeepalivedResult AskKeepalived(KeepalivedRequest request)
    {
        switch (request)
        {
            case KeepalivedRequest.Run when KeepalivedProblem is { } problem:
                return new KeepalivedResult.Failed(problem);
            case KeepalivedRequest.Run run:
                if (_routers.GetValueOrDefault(run.Unit) != run.Router)
                {
                    _routers[run.Unit] = run.Router;
                    _routerStates.Remove(run.Unit);
                    _world.Touch();
                }

                // Its check passes once the balancer answers, which it may not have had the time for yet.
                _world.After(SimulatedTimes.Boot, _world.Addresses.Look);
                return new KeepalivedResult.Runs();
            case KeepalivedRequest.Stop stop:
                if (_routers.Remove(stop.Unit))
                {
                    _routerStates.Remove(stop.Unit);
                    _world.Touch();
                    _world.Addresses.Look();
                }

                return new KeepalivedResult.Stopped();
            default:
                return new KeepalivedResult.Failed("it is not known what to do");
        }
    }

    /// <summary>A keepalived is in this state: the agent is told when it is another one than before.</summary>
    internal void TellState(string unit, KeepalivedState state)
    {
        if (!_routerStates.TryGetValue(unit, out var before) || before != state)
        {
            _routerStates[unit] = state;
            var agent = _supervisor;
            _world.After(TimeSpan.FromMilliseconds(1), () => agent?.Deliver(new Event.KeepalivedTold(unit, state)));
        }
    }

    /// <summary>Tells the agent which addresses the machine has.</summary>
    internal void TellAddresses()
    {
        var agent = _supervisor;
        _world.After(TimeSpan.FromMilliseconds(1), () => agent?.Deliver(new Event.AddressesListed(
            [new InterfaceAddress("eth0", Address, PrefixLength), .. _world.Addresses.Holders.Where(held => held.Value == Id).Select(held => new InterfaceAddress("eth0", held.Key, PrefixLength))])));
    }

    /// <summary>Asks the nginx in a container.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="wait">How long it takes until the answer is there.</param>
    public NginxResult AskNginx(NginxRequest request, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        var name = request switch
        {
            NginxRequest.Apply apply => apply.Container,
            NginxRequest.AwaitDrained drained => drained.Container,
            NginxRequest.ReadConfig read => read.Container,
            NginxRequest.ReadVersion version => version.Container,
            _ => "",
        };
        var container = Docker.Find(name);
        if (request is NginxRequest.AwaitDrained)
        {
            // Old workers end when their connections do, whether or not Docker answers meanwhile.
            wait = container is { Running: true } ? SimulatedTimes.Drain : TimeSpan.Zero;
            return new NginxResult.Drained();
        }

        if (!DockerIsUp || container is not { Running: true })
        {
            return new NginxResult.Failed("its container does not run");
        }

        switch (request)
        {
            case NginxRequest.Apply when NginxProblem is { } problem:
                return new NginxResult.Rejected(problem);
            case NginxRequest.Apply apply:
                _world.Touch();
                container.OldWorkers.Add((container.ServedConfig ?? "", _world.Now + SimulatedTimes.Drain));
                container.Files[apply.Path] = apply.Text;
                container.ServedConfig = apply.Text;
                container.Reloads++;
                return new NginxResult.Applied([container.Reloads]);
            case NginxRequest.ReadVersion:
                return new NginxResult.Version(NginxVersion.Oldest);
            default:
                return new NginxResult.Read(container.Files.TryGetValue(((NginxRequest.ReadConfig)request).Path, out var text) ? text : null, IsServed: true, container.OldWorkers.Any(old => old.Until > _world.Now) ? [container.Reloads] : []);
        }
    }

    private void Exited(SimulatedContainer container)
    {
        _world.Touch();
        container.Print(
            _world.Now,
            Docker.LastLines.TryGetValue(container.Labels.Unit, out var line) ? line : $"{container.Spec.Image}: ended with exit code {container.ExitCode}");
        Tell(new Event.ContainerExited(container.Id, container.ExitCode ?? 0));
        CheckAddresses();
    }

    private void Exited(SimulatedRun run)
    {
        _world.Touch();
        Processes.Print(run.Labels.Unit, _world.Now, $"{run.Spec.Path}: ended with exit code {run.ExitCode}");
        Tell(new Event.ProcessExited(run.Id, run.ExitCode ?? 0));
    }

    private void Started(SimulatedRun run)
    {
        if (Processes.FailingUnits.Contains(run.Labels.Unit) && run.IsMain)
        {
            Processes.End(run, 1);
        }
        else if (run.Spec.EndsByItself && !Processes.HangingCommands.Contains(run.Spec.Path))
        {
            _world.After(SimulatedTimes.Command, () => Processes.End(run, Processes.FailingCommands.Contains(run.Spec.Path) ? 1 : 0));
        }
    }

    private void CheckAddresses()
    {
        if (_routers.Count > 0)
        {
            _world.After(SimulatedTimes.AddressCheck, _world.Addresses.Look);
        }
    }

    private void ListContainers()
    {
        var agent = _supervisor;
        _world.After(SimulatedTimes.Docker, () =>
        {
            if (DockerIsUp)
            {
                agent?.Deliver(new Event.ContainersListed([.. Docker.Containers.Where(container => container.IsOurs).Select(container => container.State)]));
            }
        });
    }

    private void Relist(SimulatedProcess agent) => _world.After(SimulatedTimes.Relist, () =>
    {
        if (!agent.Ended)
        {
            ListContainers();
            Relist(agent);
        }
    });

    private void Tell(Event happened)
    {
        if (_isOn && !(_dockerIsDown && happened is Event.ContainerExited))
        {
            var agent = _supervisor;
            _world.After(TimeSpan.FromMilliseconds(1), () => agent?.Deliver(happened));
        }
    }

    private void EndAgent()
    {
        if (_supervisor is not null && _engine is not null)
        {
            _supervisor.End();
            _engine.End();
        }
    }

    private MachineFacts Facts() => new(Id, $"{Id}-boot-{_boots}", _record.Name, "6.1.0", "x86-64", new Dictionary<string, string>()) { BootedAt = _bootedAt };

    private SortedDictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["COREOS_PRIVATE_IPV4"] = _record.Address,
        ["COREOS_PUBLIC_IPV4"] = _record.PublicAddress ?? _record.Address,
        ["HAWEB_ADDRESS"] = _record.Address,
        ["HAWEB_MACHINE"] = Id,
    };
}
