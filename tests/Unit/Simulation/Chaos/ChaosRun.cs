using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Operations;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Simulation;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>
/// One run: from its seed a cluster, units, and a sequence of operations and faults, with the rules checked after every event; in the end everything
/// is healed, and the cluster must become what its operator wants.
/// </summary>
internal sealed class ChaosRun
{
    private const int LeastEvents = 500;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dice _dice;
    private readonly SimulatedWorld _world = new(Start, new ClusterKeys());
    private readonly ChaosUnits _units;
    private readonly RuleBook _rules;
    private readonly List<SimulatedContainer> _foreign = [];
    private int _disturbedOneIn;
    private DateTimeOffset _lastTime;
    private int _sameTime;

    public ChaosRun(ulong seed)
    {
        Seed = seed;
        _dice = new Dice(seed);
        _units = new ChaosUnits(_dice);
        _rules = new RuleBook(_world, Disturb);
    }

    public ulong Seed { get; }

    /// <summary>How many events it took.</summary>
    public int Events { get; private set; }

    public IEnumerable<string> Trace => _world.Trace;

    private IReadOnlyList<SimulatedMachine> Machines => [.. _world.Machines.Values];

    /// <summary>Runs to the end.</summary>
    /// <exception cref="BrokenRuleException">A rule does not hold.</exception>
    public void Run()
    {
        var count = _dice.Between(2, 6);
        for (var i = 1; i <= count; i++)
        {
            var record = new MachineRecord { Id = $"m-{i}", Name = $"m-{i}", Address = $"10.0.0.{i}", MaxUnits = _dice.OneIn(5) ? _dice.Between(2, 6) : null, AllowProcess = !_dice.OneIn(3) };
            record.Metadata["zone"] = _dice.Of(["a", "b"]);
            var machine = _world.AddMachine(record);
            _units.MissImages(machine.Docker.MissingImages);
            machine.PowerOn();
        }

        RunFor(TimeSpan.FromSeconds(_dice.Between(1, 30)));
        Operate(new ImportUnits([.. _units.Files.Select(file => new UnitSource(file.Name, file.Text))]));
        Operate(new StartUnits([.. _units.Names.Where(_ => !_dice.OneIn(3))]));
        var actions = _dice.Between(6, 24);
        for (var i = 0; i < actions || Events < LeastEvents; i++)
        {
            RunFor(TimeSpan.FromMilliseconds(_dice.Of([0, 5, 30, 150, 700, 3_000, 12_000, 40_000]) * (1 + (_dice.Below(100) / 100.0))));
            Act();
        }

        RunFor(TimeSpan.FromSeconds(_dice.Below(20)));
        Heal();
        new Outcome(_world, _rules.State, _rules.Oracle).Check();
        new TimerOutcome(_world, _rules.State).Check("task.timer", _units.TaskPeriod, _rules.Processes.Starts);
        foreach (var container in _foreign)
        {
            Require("11", container.Running, $"{container.Name} of another cluster was stopped");
        }
    }

    private static void Require(string rule, bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule, what);
        }
    }

    private void RunFor(TimeSpan time)
    {
        var end = _world.Now + time;
        _world.RunUntil(
            () =>
            {
                Events++;
                _sameTime = _world.Now == _lastTime ? _sameTime + 1 : 0;
                _lastTime = _world.Now;
                if (_sameTime > 20_000)
                {
                    throw new BrokenRuleException("10", "time stands still");
                }

                _rules.Check();
                return false;
            },
            time);
        _world.RunUntil(end);
    }

    private void Operate(IOperation operation)
    {
        if (!_world.StoreIsUp)
        {
            return;
        }

        _rules.Check();
        foreach (var step in operation.Plan(_rules.State, _world.Now).Steps)
        {
            _world.Commit(step.Transaction);
            _world.Note("operator", string.Join(", ", step.Changes.Select(change => $"{change.Action} {change.Target}")));
        }

        _rules.Check();
    }

    private void Act()
    {
        var machine = _dice.Of(Machines);
        var unit = _dice.Of(_units.Names);
        switch (_dice.Below(54))
        {
            case 0 or 1:
                Operate(new StartUnits([unit], _dice.OneIn(4) ? DesiredState.Loaded : DesiredState.Launched));
                break;
            case 2:
                Operate(new StartUnits(_units.Names));
                break;
            case 3 or 4:
                Operate(new StopUnits([unit], Unload: _dice.OneIn(2), Force: true));
                break;
            case 5:
                Operate(new RestartUnits([unit], Force: true));
                break;
            case 6:
                Operate(new RemoveUnits([unit], Force: true));
                break;
            case 7 or 8:
                machine.PowerLoss();
                _foreign.RemoveAll(container => !container.Running);
                break;
            case 9 or 10:
                machine.PowerOn();
                break;
            case 11 or 12:
                machine.Cut(off: true);
                break;
            case 13 or 14:
                Machines.ToList().ForEach(one => one.Cut(off: false));
                break;
            case 15 or 16:
                machine.KillAgent();
                break;
            case 17 or 18 or 19:
                Machines.ToList().ForEach(one => one.StartAgent());
                break;
            case 20 or 21:
                End(unit.Replace(".timer", ".service", StringComparison.Ordinal));
                break;
            case 22:
                Machines.ToList().ForEach(one => one.HangContainer(unit, _dice.OneIn(2)));
                break;
            case 23:
                Machines.ToList().ForEach(one => one.FailProbes(unit, _dice.OneIn(2)));
                break;
            case 24:
                _world.StopStore();
                break;
            case 25:
                StartStore();
                break;
            case 26:
                machine.StopDocker(down: true);
                if (_dice.OneIn(2))
                {
                    machine.HangContainer(_dice.Of(_units.Names.Where(name => machine.Docker.RunningOf(name) is not null).DefaultIfEmpty(unit).ToList()), hangs: true);
                }

                break;
            case 27:
                machine.StopDocker(down: false);
                break;
            case 28:
                machine.Docker.MissingImages.Add($"image-{unit[..2]}");
                break;
            case 29:
                machine.Docker.MissingImages.Clear();
                _units.MissImages(machine.Docker.MissingImages);
                break;
            case 30:
                _world.EndLeadership();
                break;
            case 31:
                _disturbedOneIn = _dice.Of([0, 200, 40, 10]);
                _rules.IsDisturbed = _disturbedOneIn != 0;
                _world.Note("network", _disturbedOneIn == 0 ? "is well" : $"disturbs one in {_disturbedOneIn}");
                break;
            case 32:
                machine.NginxProblem = machine.NginxProblem is null ? "no" : null;
                break;
            case 33:
                SetCordon(machine.Id);
                break;
            case 34:
                if (_world.StoreIsUp)
                {
                    var metadata = new MetadataRecord();
                    metadata.Values["zone"] = _dice.Of(["a", "b"]);
                    Put(_world.Keys.Metadata(machine.Id), RecordCodec.Write(metadata));
                }

                break;
            case 35:
                AddForeign(machine, unit);
                break;
            case 36:
                Operate(new MoveUnits([unit], machine.Id, Force: true));
                break;
            case 37:
                MoveUnchecked(unit, machine.Id);
                break;
            case 38:
                Operate(new ResumeCluster());
                break;
            case 39 or 40 or 41:
                Machines.Where(_ => _dice.OneIn(2)).ToList().ForEach(one => Drain(one.Id));
                break;
            case 42 or 43:
                Update();
                break;
            case 44:
                Operate(new SteerUpdate(_dice.Of(_units.Files).Name, _dice.Of([OperationAction.Pause, OperationAction.Resume, OperationAction.Rollback])));
                break;
            case 45 or 46:
                Operate(_dice.OneIn(4) ? new UnregisterBackend("website", "legacy") : new RegisterBackend("website", "legacy", ExternalKnowledge.Legacy with { Weight = _dice.Between(1, 3) }));
                break;
            case 47 or 48:
                _world.Servers.Fail(ExternalKnowledge.Legacy.Endpoint, _dice.OneIn(2));
                break;
            case 49:
                Toggle(machine.Processes.FailingCommands, _dice.Of(ChaosUnits.Programs));
                break;
            case 50:
                Toggle(machine.Processes.HangingCommands, _dice.Of([.. ChaosUnits.Programs, "/usr/bin/task"]));
                break;
            case 51:
                machine.EndProcess(_dice.Of(ChaosUnits.Programs), _dice.Of([0, 1, 137]));
                break;
            case 52 or 53:
                End(_dice.Of(["daemon@1.service", "daemon@2.service", "web@1.service", "native.service"]));
                break;
        }
    }

    private void End(string unit)
    {
        foreach (var machine in Machines)
        {
            _rules.Processes.EndsByItself(machine, unit);
            machine.EndContainer(unit, _dice.Of([0, 1, 137, 143]));
        }
    }

    private static void Toggle(ISet<string> set, string one)
    {
        if (!set.Remove(one))
        {
            set.Add(one);
        }
    }

    private void Update()
    {
        var (name, text) = _units.Another();
        Operate(new UpdateUnit(name, new UpdateContent.File(text))
        {
            MaxUnavailable = _dice.Between(1, 3),
            Canary = _dice.Between(1, 3),
            Pause = _dice.OneIn(4),
            MinHealthyTime = TimeSpan.FromSeconds(_dice.Of([0, 2, 10])),
            HealthyDeadline = TimeSpan.FromSeconds(_dice.Of([12, 40])),
            Force = _dice.OneIn(3),
        });
    }

    private void StartStore()
    {
        if (!_world.StoreIsUp)
        {
            _world.StartStore(leasesLost: _dice.OneIn(2));
        }
    }

    /// <summary>What the machine thinks of it, the engine finds out.</summary>
    private void MoveUnchecked(string unit, string machine)
    {
        _rules.Check();
        if (_world.StoreIsUp && _rules.State.Units[unit]?.Value is { } record)
        {
            Put(_world.Keys.Unit(unit), RecordCodec.Write(record with { Move = record.Move + 1, MoveTo = machine }));
        }
    }

    private void Drain(string machine)
    {
        if (_world.StoreIsUp)
        {
            Put(_world.Keys.Cordon(machine), RecordCodec.Write(new CordonRecord { Drain = true, Force = _dice.OneIn(6) }));
        }
    }

    private void SetCordon(string machine)
    {
        if (!_world.StoreIsUp)
        {
            return;
        }

        var key = _world.Keys.Cordon(machine);
        if (_world.Store.Get(key) is null)
        {
            Put(key, RecordCodec.Write(new CordonRecord { Drain = _dice.OneIn(2), Force = _dice.OneIn(3) }));
        }
        else
        {
            _world.Commit(new StoreTransaction([], [new StoreWrite.Delete(key)]));
        }
    }

    private void Put(string key, string value)
    {
        _world.Note("operator", $"puts {key}");
        _world.Commit(new StoreTransaction([], [new StoreWrite.Put(key, value)]));
    }

    private void AddForeign(SimulatedMachine machine, string unit)
    {
        if (machine.IsOn && _foreign.TrueForAll(one => one.Name != "foreign-" + unit))
        {
            _foreign.Add(machine.Docker.AddForeign(new ContainerSpec { Image = "other", Name = "foreign-" + unit }, new ContainerLabels("another", unit, 1, "x"), _world.Now));
        }
    }

    private void Heal()
    {
        _disturbedOneIn = 0;
        _rules.IsDisturbed = false;
        _world.Note("everything", "is healed");
        _world.Servers.Fail(ExternalKnowledge.Legacy.Endpoint, fail: false);
        StartStore();
        foreach (var machine in Machines)
        {
            machine.PowerOn();
            machine.Cut(off: false);
            machine.StartAgent();
            machine.StopDocker(down: false);
            machine.Docker.MissingImages.Clear();
            machine.Processes.FailingCommands.Clear();
            machine.Processes.HangingCommands.Clear();
            machine.NginxProblem = null;
            foreach (var unit in _units.Names)
            {
                machine.FailProbes(unit, fail: false);
                machine.HangContainer(unit, hangs: false);
            }
        }

        foreach (var name in _units.Files.Select(file => file.Name))
        {
            Operate(new SteerUpdate(name, OperationAction.Resume));
        }

        RunFor(TimeSpan.FromSeconds(90));

        // What failed for good is started again by its operator.
        var failed = _rules.State.Status.Entries.Where(entry => entry.Entry.Value.Active is "failed" or "inactive").Select(entry => entry.Item).ToList();
        foreach (var (machine, unit, status) in _rules.State.Status.Entries.Where(entry => entry.Entry.Value.Active == "inactive" && _rules.State.Units[entry.Item]?.Value.Desired == DesiredState.Launched))
        {
            var endedByItself = status.Value.Reason.Contains("its container", StringComparison.Ordinal) || status.Value.Reason.Contains("its process", StringComparison.Ordinal);
            var waits = _rules.Oracle.Leaders(unit, status.Value.Hash).Any(leader => _rules.State.Placements[machine].Contains(leader) && _rules.State.Status[machine, leader]?.Value.Active != "active");
            Require("3", endedByItself || waits, $"{unit} on {machine} shall run, has not ended by itself, and is inactive: {status.Value.Reason}");
        }

        Operate(new RestartUnits([.. failed.Where(unit => _rules.State.Units[unit]?.Value.Desired == DesiredState.Launched)], Force: true));
        RunFor(TimeSpan.FromSeconds(60));
        for (var minute = 0; minute < 10 && _rules.State.Updates.Entries.Any(update => update.Value.Value is { IsUnderWay: true, Paused: false }); minute++)
        {
            RunFor(TimeSpan.FromMinutes(1));
        }
    }

    private Disturbance Disturb(IStateMachine by, Effect effect)
    {
        if (_disturbedOneIn == 0 || effect is Effect.WakeAt or Effect.Follow or Effect.Unfollow or Effect.Report || !_dice.OneIn(_disturbedOneIn))
        {
            return Disturbance.None;
        }

        // A pull takes its time and is not asked for again, so its answer must not be lost.
        var isPull = effect is Effect.Docker { Request: DockerRequest.Pull };
        return _dice.Below(6) switch
        {
            2 or 4 when isPull => Disturbance.None,
            0 => new Disturbance { RequestDelay = TimeSpan.FromMilliseconds(_dice.Of([20, 400, 2_000, 9_000])) },
            1 => new Disturbance { AnswerDelay = TimeSpan.FromMilliseconds(_dice.Of([20, 400, 2_000, 9_000, 15_000])) },
            2 => new Disturbance { LosesAnswer = true },
            3 => new Disturbance { RepeatsAnswer = true },
            4 => new Disturbance { RequestDelay = TimeSpan.FromMilliseconds(_dice.Of([20, 400, 2_000])), LosesAnswer = true },
            _ => new Disturbance { Crashes = by is not Engine || _dice.OneIn(2) },
        };
    }
}
