using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Supervision;
using HaWeb.Core.Units;

namespace HaWeb.Core.Simulation;

/// <summary>A pretend machine: a Docker Engine, and an agent that runs the supervisor and the engine of production.</summary>
public sealed class SimulatedMachine
{
    private readonly SimulatedWorld _world;
    private readonly MachineRecord _record;
    private readonly SortedSet<string> _failingProbes = new(StringComparer.Ordinal);
    private SimulatedProcess? _supervisor;
    private SimulatedProcess? _engine;
    private Engine? _engineState;
    private bool _isOn;
    private bool _isCutOff;
    private bool _dockerIsDown;
    private int _boots;

    internal SimulatedMachine(SimulatedWorld world, MachineRecord record)
    {
        _world = world;
        _record = record;
        Docker = new SimulatedDocker(record.Id);
        Docker.Exited = container => Tell(new Event.ContainerExited(container.Id, container.ExitCode ?? 0));
    }

    /// <summary>Its id.</summary>
    public string Id => _record.Id;

    /// <summary>Its Docker Engine.</summary>
    public SimulatedDocker Docker { get; }

    /// <summary>Whether its engine leads the cluster.</summary>
    public bool Leads => _engineState?.Leads == true && _engine is { Ended: false };

    /// <summary>Whether its agent runs.</summary>
    public bool AgentRuns => _supervisor is { Ended: false };

    internal bool ReachesStore => _isOn && !_isCutOff && _world.StoreIsUp;

    internal bool DockerIsUp => _isOn && !_dockerIsDown;

    /// <summary>Switches it on: Docker and the agent start, and no container runs.</summary>
    public void PowerOn()
    {
        if (!_isOn)
        {
            _isOn = true;
            _boots++;
            _world.Note(Id, "is switched on");
            StartAgent();
        }
    }

    /// <summary>Its power goes: everything on it ends without a word.</summary>
    public void PowerLoss()
    {
        _world.Note(Id, "loses its power");
        EndAgent();
        _isOn = false;
        foreach (var container in Docker.Containers.ToList())
        {
            Docker.End(container, 137);
        }
    }

    /// <summary>Starts the agent.</summary>
    public void StartAgent()
    {
        if (AgentRuns || !_isOn)
        {
            return;
        }

        _engineState = new Engine(_world.Keys, Id, new EngineOptions());
        var supervisor = new MachineSupervisor(_world.Keys, "simulated", _record, Facts(), Environment(), new SupervisorOptions());
        _supervisor = new SimulatedProcess(_world, this, supervisor);
        _engine = new SimulatedProcess(_world, this, _engineState);
        _world.Note(Id, "its agent starts");
        _supervisor.Deliver(new Event.Started());
        _engine.Deliver(new Event.Started());
        ListContainers();
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
        StoreChanged();
    }

    /// <summary>Its Docker Engine stops answering, or answers again; its containers run on.</summary>
    public void StopDocker(bool down)
    {
        _dockerIsDown = down;
        _world.Note(Id, down ? "its Docker stops answering" : "its Docker answers again");
        if (down)
        {
            Tell(new Event.DockerLost("it does not answer"));
        }
        else
        {
            ListContainers();
        }
    }

    /// <summary>The container of a unit ends with an exit code.</summary>
    public void EndContainer(string unit, long exitCode)
    {
        if (Docker.RunningOf(unit) is { } container)
        {
            _world.Note(unit, $"its container ends with {exitCode}");
            Docker.End(container, exitCode);
        }
    }

    /// <summary>Makes the probes of a unit fail, or pass again.</summary>
    public void FailProbes(string unit, bool fail)
    {
        if (fail)
        {
            _failingProbes.Add(unit);
        }
        else
        {
            _failingProbes.Remove(unit);
        }
    }

    internal void StoreChanged()
    {
        _supervisor?.StoreChanged();
        _engine?.StoreChanged();
    }

    internal bool Answers(ProbeRequest probe) =>
        Docker.Containers.Any(container => container.Running && !container.Hangs && !_failingProbes.Contains(container.Labels.Unit)
            && _world.Now - container.StartedAt >= SimulatedTimes.Boot
            && (container.Id == probe.Host || container.Spec.Network.Publish.Any(port => port.HostPort == probe.Port)));

    private void ListContainers()
    {
        var agent = _supervisor;
        _world.After(SimulatedTimes.Docker, () =>
        {
            if (DockerIsUp)
            {
                agent?.Deliver(new Event.ContainersListed([.. Docker.Containers.Select(container => container.State)]));
            }
        });
    }

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
            _supervisor.Ended = true;
            _engine.Ended = true;
        }
    }

    private MachineFacts Facts() => new(Id, $"{Id}-boot-{_boots}", _record.Name, "6.1.0", "x86-64", new Dictionary<string, string>());

    private SortedDictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["COREOS_PRIVATE_IPV4"] = _record.Address,
        ["COREOS_PUBLIC_IPV4"] = _record.PublicAddress ?? _record.Address,
        ["HAWEB_ADDRESS"] = _record.Address,
        ["HAWEB_MACHINE"] = Id,
    };
}
