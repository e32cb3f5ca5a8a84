using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// One unit's life on one machine: start, stop, restart, failure, and the handshake of rule 8: withdraw the backend, wait until every live balancer has
/// drained it, only then signal the container. A container that already runs what the unit asks for is adopted, not restarted.
/// </summary>
public sealed class UnitLife
{
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(30);

    // PROTOCOL.md section 4: the engine gives such a unit to another machine 10 s after the loss.
    private static readonly TimeSpan IsolatedStopLimit = TimeSpan.FromSeconds(5);

    private readonly MachineContext _context;
    private readonly StartLimit _startLimit = new();
    private readonly UnitFileReader _file;
    private readonly UnitContainer _container;
    private readonly UnitDuties _duties;
    private readonly FoundContainer _found;
    private readonly UnitReport _report;
    private readonly UnitJournal _journal;
    private UnitDefinition? _definition;
    private UnitRun? _run;
    private UnitStart? _start;
    private UnitStop? _stop;
    private UnitEnd? _end;
    private bool _isPlannedStop;
    private bool _isRestart;
    private bool _isCutShort;
    private bool _isForgotten;
    private int _restart;
    private DateTimeOffset? _deadline;
    private StartObstacle? _obstacle;
    private object? _shown;

    // Whether a timer has asked for a run that has not begun.
    private bool _isDue;

    /// <summary>Makes one of a unit's parts.</summary>
    public UnitLife(MachineContext context, UnitFileReader file, UnitContainer container, UnitDuties duties, FoundContainer found, UnitReport report, UnitJournal journal)
    {
        _journal = journal;
        _context = context;
        _file = file;
        _container = container;
        _duties = duties;
        _found = found;
        _report = report;
    }

    /// <summary>The unit.</summary>
    public UnitName Unit => _report.Unit;

    /// <summary>The unit's entry on the work list; null when there is none any more.</summary>
    public Versioned<PlacementRecord>? Placement { get; private set; }

    /// <summary>What the entry asks for.</summary>
    public UnitGoal Goal => Placement?.Value.State switch
    {
        PlacementState.Run => IsIsolated ? UnitGoal.Stop : UnitGoal.Run,
        PlacementState.Stop => Trigger is null || IsIsolated ? UnitGoal.Stop : UnitGoal.Run,
        _ => UnitGoal.Leave,
    };

    /// <summary>When the timer elapsed that started its last run, which may go on although it is loaded only; null when no timer did.</summary>
    public DateTimeOffset? Trigger { get; private set; }

    /// <summary>Whether nothing of it runs, and nothing is about to.</summary>
    public bool IsIdle => !_isDue && !HasFound && _journal.Found is null && (Phase is UnitPhase.Finished or UnitPhase.Failed || (Phase is UnitPhase.Dead && Goal is not UnitGoal.Run));

    /// <summary>Where it is.</summary>
    public UnitPhase Phase { get; private set; }

    /// <summary>Whether what an earlier agent left of it has been looked at, so that its phase is true.</summary>
    public bool IsDecided => Phase is not UnitPhase.Dead || (_container.IsKnown && _journal.IsRead && !HasFound && _journal.Found is null);

    /// <summary>Whether it stops, and was not ended by itself.</summary>
    public bool IsInPlannedStop => _isPlannedStop && (_stop is not null || Phase is UnitPhase.Draining);

    /// <summary>Whether it is to run and does not, for the sake of another unit, and not only until its turn has come.</summary>
    public bool IsHeldBack => Phase is UnitPhase.Dead && _obstacle is { IsOrder: false };

    /// <summary>Whether it is something to other units of its machine.</summary>
    public bool HasNeighbours => _context.Dependencies.Concern(Unit.FullName);

    /// <summary>Whether it runs as its entry asks for, and may go on when it runs on another machine too.</summary>
    public bool MayRunTwice => Phase is UnitPhase.Running or UnitPhase.Exited && Goal is UnitGoal.Run && _definition is { HaWeb.OnIsolation: IsolationAction.Keep };

    /// <summary>The file that it runs by; null when that is not known.</summary>
    public UnitDefinition? Definition => _definition;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_deadline, _start?.NextWake, _stop?.NextWake);

    /// <summary>Whether it must not run now, since it may run on another machine. What has failed or ended for good stays as it is.</summary>
    private bool IsIsolated => _context.IsIsolated
        && Phase is not (UnitPhase.Failed or UnitPhase.Finished)
        && (_definition ?? _file.Definition)?.HaWeb.OnIsolation == IsolationAction.Stop;

    /// <summary>What is left to do once its container or process has ended by itself: children of processes may run on.</summary>
    private UnitPhase AfterTheEnd => _container.IsProcess || _definition?.NeedsProcesses == true ? UnitPhase.StopSignal : UnitPhase.StopPost;

    /// <summary>Whether there is a container of which it is not decided yet what becomes of it.</summary>
    private bool HasFound => _container is not { FoundRunHash: null, FoundExitCode: null };

    private long Generation => Placement?.CreateRevision ?? 0;

    /// <summary>The entry on the work list is new, has changed, or is gone.</summary>
    public void Assign(Versioned<PlacementRecord>? placement)
    {
        if (placement is not null && placement.CreateRevision != Placement?.CreateRevision)
        {
            _restart = _report.Last?.Generation == placement.CreateRevision ? _report.Last.Restart : placement.Value.Restart;
            _report.Placed(placement.CreateRevision);
            _startLimit.Reset();
            Phase = Phase == UnitPhase.Failed ? UnitPhase.Dead : Phase;
        }

        if (placement is { Value.State: PlacementState.Stop })
        {
            // Where it is loaded only, another number asks for the end of what a timer has started.
            Trigger = placement.CreateRevision == Placement?.CreateRevision && placement.Value.Restart == _restart && Placement.Value.State is PlacementState.Stop ? Trigger : null;
            _restart = Trigger is null ? placement.Value.Restart : _restart;
        }
        else
        {
            Trigger = null;
        }

        _isDue &= Trigger is not null || placement is { Value.State: PlacementState.Run };
        Placement = placement;
    }

    /// <summary>A timer has elapsed: it runs once, unless it runs already.</summary>
    /// <returns>Whether it has a place here.</returns>
    public bool Start(DateTimeOffset elapsed)
    {
        if (Goal is UnitGoal.Leave)
        {
            return false;
        }

        if (Phase is UnitPhase.Finished or UnitPhase.Failed || Goal is UnitGoal.Stop)
        {
            Trigger = elapsed;
            _isDue = true;
        }

        return true;
    }

    /// <summary>A container that an earlier agent started for a timer belongs to that run still, unless the unit was asked for otherwise since.</summary>
    public void Found()
    {
        if (HasFound && Trigger is null && Placement is { Value.State: PlacementState.Stop } && _container.FoundLabels is { Trigger: { } trigger } labels
            && labels.Generation == Generation && labels.Restart == Placement.Value.Restart && (_report.Earlier is null || _report.Earlier.Trigger == trigger))
        {
            Trigger = trigger;
        }
    }

    /// <summary>Docker answers again.</summary>
    public void DockerIsBack()
    {
        _start?.DockerIsBack();
        _stop?.DockerIsBack();
    }

    /// <summary>A container has ended.</summary>
    public void ContainerExited(string container, long exitCode, DateTimeOffset now)
    {
        _start?.ContainerExited(container, exitCode);
        _stop?.ContainerExited(container, exitCode);
        var kind = _container.IsProcess ? "process" : "container";
        if (!_container.Exited(container))
        {
            return;
        }

        _duties.Ended(now);
        _end ??= new UnitEnd(exitCode > 128 ? $"its {kind} was ended by signal {exitCode - 128}" : $"its {kind} exited with code {exitCode}", exitCode);
        _report.Ended(exitCode);
        if (Phase is UnitPhase.Running or UnitPhase.StartPost)
        {
            _report.AskForOutput(_context.Outbox, container);
        }

        if (Phase is UnitPhase.Running && _definition is { Service: { RemainAfterExit: true } service } && _end.IsClean(service))
        {
            Enter(UnitPhase.Exited);
        }
        else if (Phase is UnitPhase.Running or UnitPhase.StartPost or UnitPhase.Draining)
        {
            BeginStop(AfterTheEnd, now);
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now) =>
        (_start?.Answer(answer, now) ?? false) || (_stop?.Answer(answer, now) ?? false) || ContainerAnswered(answer, now);

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        _start?.Woke(now);
        _stop?.Woke(now);
        if (_deadline <= now)
        {
            DeadlinePassed(now);
        }
    }

    /// <summary>Does what the present phase and goal ask for, until something has to be waited for.</summary>
    public void Proceed(DateTimeOffset now)
    {
        _container.IsWithoutDocker = (_definition ?? _file.Definition) is { NeedsDocker: false };
        if (Goal is not UnitGoal.Run)
        {
            FaceObstacle(null);
        }

        UnitPhase before;
        do
        {
            before = Phase;
            Advance(now);
        }
        while (Phase != before);

        Show();
        _journal.Keep(Journal());

        // Nothing is said of what is not known yet, so that what an earlier agent said stays; nor of what has left.
        if (_report.Publication.Desired is null && Phase is UnitPhase.Dead && (Placement is null ? _container.IsKnown : Goal is UnitGoal.Run && _report.Earlier is not null))
        {
            return;
        }

        _report.Triggered(Trigger);
        _report.Update(Phase, Generation, _definition?.Hash ?? Placement?.Value.Hash ?? "", _restart, _duties.Advert, now);
    }

    /// <summary>It has left, and nothing of it shall remain on the machine.</summary>
    public void Forget()
    {
        _context.Dependencies.Declare(Unit.FullName, null);
        if (!_isForgotten && (_definition ?? _file.Definition)?.NeedsProcesses == true)
        {
            _isForgotten = true;
            _context.Outbox.Add(new Effect.Process(_context.Outbox.NextId(), new ProcessRequest.Forget(_report.Unit.FullName)));
        }
    }

    private void FaceObstacle(StartObstacle? next)
    {
        if (_obstacle is not null && _obstacle != next)
        {
            _report.TakeBack(_obstacle.Reason);
        }

        _obstacle = next;
    }

    /// <summary>Lets its neighbours see what has changed about it.</summary>
    private void Show()
    {
        var runs = Phase is UnitPhase.Dead or UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart ? _file.Definition ?? _definition : _definition ?? _file.Definition;
        _context.Dependencies.Declare(Unit.FullName, runs?.Dependencies);
        var shown = (Phase, Goal, IsDecided, IsHeldBack);
        if (!shown.Equals(_shown))
        {
            _shown = shown;
            _context.Dependencies.Changed();
        }
    }

    private bool ContainerAnswered(Event.Answer answer, DateTimeOffset now)
    {
        if (!_container.Answer(answer, out var failure))
        {
            return false;
        }

        if (Phase is UnitPhase.StopSignal)
        {
            _stop!.Signalled(failure, now);
        }
        else if (Phase is UnitPhase.Removing && failure is null)
        {
            Enter(UnitPhase.Dead);
        }
        else if (Phase is UnitPhase.Removing)
        {
            _report.Say(failure!);
            _deadline = now + _context.Options.RetryDelay;
        }

        return true;
    }

    private void Advance(DateTimeOffset now)
    {
        if (_start is not null)
        {
            AdvanceStart(_start, now);
            return;
        }

        if (_stop is not null)
        {
            if (IsIsolated && !_isCutShort && _stop.Phase is not UnitPhase.StopPost)
            {
                BeginStop(UnitPhase.StopSignal, now);
            }

            AdvanceStop(_stop, now);
            return;
        }

        if (!_container.IsKnown || !_journal.IsRead)
        {
            return;
        }

        if (Phase is UnitPhase.Dead && !_container.Runs)
        {
            _duties.NothingRuns(now);
        }

        switch (Phase)
        {
            case UnitPhase.Dead when _container.FoundRunHash is not null || (_file.Definition is not null && Placement is not null && _journal.Found is not null)
                || (Goal is UnitGoal.Run && _file.Definition is not null && _container.FoundExitCode is not null):
                TakeUp(now);
                break;
            case UnitPhase.Dead when Goal is UnitGoal.Run && _file.Problem is { } problem:
                _report.BadSetting(problem);
                Enter(UnitPhase.Failed);
                break;
            case UnitPhase.Dead when Goal is UnitGoal.Run && _file.Definition is not null:
                BeginStart(now);
                break;
            case UnitPhase.Dead when Goal is not UnitGoal.Run && _container.Id is not null:
            case UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart when Goal is not UnitGoal.Run:
                BeginRemoving(now);
                break;
            case UnitPhase.Failed or UnitPhase.Finished when Placement!.Value.Restart > _restart && _file.Definition is not null:
                _startLimit.Reset();
                BeginStart(now);
                break;
            case UnitPhase.Failed or UnitPhase.Finished when _isDue && _file.Definition is not null:
                BeginStart(now);
                break;
            case UnitPhase.Running or UnitPhase.Exited or UnitPhase.Draining when IsIsolated:
                _isPlannedStop = true;
                _report.Say("it was stopped, since its machine had been cut off from the store for longer than its lease (OnIsolation=stop)");
                BeginStop(UnitPhase.StopSignal, now);
                break;
            case UnitPhase.Failed when Trigger is null && _file.Definition is { } other && other.Hash != _definition?.Hash:
                // With another file it may do better.
                _startLimit.Reset();
                BeginStart(now);
                break;
            case UnitPhase.Finished when _file.Definition is { } later:
                _definition = later;
                break;
            case UnitPhase.Running or UnitPhase.Exited when Goal is not UnitGoal.Run:
                BeginDrain(restart: false, now);
                break;
            case UnitPhase.Running when _definition is null:
                // Its file could not be read when it was found.
                if (_file.Definition is not null)
                {
                    TakeUp(now);
                }

                break;
            case UnitPhase.Running or UnitPhase.Exited when Placement!.Value.Restart > _restart:
                BeginDrain(restart: true, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when _file.Definition is { } wanted && wanted != _definition:
                Change(wanted, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when _context.Dependencies.ReasonToStop(this) is { } reason:
                _report.Say(reason);
                BeginDrain(restart: true, now);
                break;
            case UnitPhase.Draining when Goal is UnitGoal.Run && !_isRestart && _run is not null && _file is { Definition: null, Problem: null }:
                // Its file changes once more: whether it shall run on is not known yet.
                break;
            case UnitPhase.Draining when Goal is UnitGoal.Run && !_isRestart && _run is not null && (_file.Definition is null || _file.Definition.RunHash == _definition!.RunHash):
                // What was being stopped shall run again, and nothing has been signalled yet.
                _duties.EndDrain();
                BecomeRunning(adopted: false, now);
                break;
            case UnitPhase.Draining when _duties.IsDrained() && !_context.Dependencies.MustOutliveOthers(this):
                BeginStop(UnitPhase.Stop, now);
                break;
        }
    }

    private void TakeUp(DateTimeOffset now)
    {
        switch (_found.Judge(Placement, Goal, now))
        {
            case FoundContainer.Verdict.Unknown { Problem: { } problem }:
                _report.Adopted(_container.Id!);
                _report.BadSetting(problem);
                _duties.BeginUnknown(now);
                Enter(UnitPhase.Running);
                break;
            case FoundContainer.Verdict.Unknown:
                _isPlannedStop = true;
                BeginStop(UnitPhase.StopSignal, now);
                break;
            case FoundContainer.Verdict.Running running:
                _run = running.Run;

                // Another number may have been asked for while nobody could say which one it carries out.
                _restart = _container.FoundLabels?.Restart ?? _restart;
                _definition = running.Run.Definition;
                _report.Adopted(_container.Id!);
                BecomeRunning(adopted: true, now);
                if (running.IsOutdated)
                {
                    BeginDrain(restart: true, now);
                }

                break;
            case FoundContainer.Verdict.Starting { Run: var run, Journal: var journal, Step: var step }:
                Resume(run, journal);
                BeginStart(now, step);
                break;
            case FoundContainer.Verdict.Stopping { Run: var run, Journal: var journal, Step: var step }:
                Resume(run, journal);
                BeginStop(step.Phase, now, step);
                break;
            case FoundContainer.Verdict.Waiting { Run: var run, Journal: var journal }:
                Resume(run, journal);
                _report.Say(journal.End?.Reason ?? "", journal.End?.Failure);
                Enter(UnitPhase.AutoRestart, journal.Until ?? now);
                break;
            case FoundContainer.Verdict.Ended { Run: var run, End: var end, Then: var then, Reason: var reason }:
                _run = run;
                _definition = run.Definition;
                _end = end;
                if (_container.Id is { } ended)
                {
                    _report.Adopted(ended);
                }

                _report.Ended(end.ExitCode ?? 0);
                _report.Say(reason);
                if (then is UnitPhase.StopPost)
                {
                    _report.AskForOutput(_context.Outbox, _container.Id);
                    BeginStop(then, now);
                }
                else
                {
                    Enter(then);
                }

                break;
            case FoundContainer.Verdict.Leftover when Goal is UnitGoal.Run:
                BeginStart(now);
                break;
        }
    }

    private void Resume(UnitRun run, JournalRecord journal)
    {
        _run = run;
        _definition = run.Definition;
        _restart = journal.Restart;
        _end = journal.End;
        _isPlannedStop = journal.IsPlanned;
        _startLimit.Resume(journal.Starts);
        if (_end?.ExitCode is { } code)
        {
            _report.Ended(code);
        }

        if (_container.Id is { } found)
        {
            _report.Adopted(found);
        }
    }

    /// <summary>What the next agent has to know of where the unit is.</summary>
    private JournalRecord? Journal() => Phase is UnitPhase.Dead ? null : new JournalRecord
    {
        Phase = Phase,
        Step = _start?.Step ?? _stop?.Step ?? 0,
        Started = _start?.Started ?? _stop?.Started,
        Main = _start?.Container ?? _container.Id,
        Generation = Generation,
        Restart = _restart,
        RunHash = _definition?.RunHash ?? "",
        End = _end,
        IsPlanned = _isPlannedStop,
        Until = Phase is UnitPhase.AutoRestart ? _deadline : null,
        Starts = _startLimit.Starts,
    };

    private void Change(UnitDefinition wanted, DateTimeOffset now)
    {
        if (wanted.RunHash != _definition!.RunHash)
        {
            BeginDrain(restart: false, now);
            return;
        }

        // Only [X-Fleet], [X-HaWeb] or the description differ: nothing restarts.
        _definition = wanted;
        _run = _run!.With(_context, wanted);
        _duties.Change(_run, _container.Runs ? _container.Id : null, now);
    }

    private void BeginStart(DateTimeOffset now, ResumedStep? resumed = null)
    {
        _definition = _file.Definition!;
        _restart = Placement!.Value.Restart;
        if (resumed is not null)
        {
            _duties.Prepare(_definition, now);
            _start = new UnitStart(_context, _definition, _duties, Generation, _restart, resumed, now) { Trigger = Trigger };
            Enter(UnitPhase.Condition);
            return;
        }

        _end = null;
        _isDue = false;
        _isPlannedStop = false;
        if (_container.Id is not null)
        {
            // What is left of the last run goes first; then the unit is dead and starts.
            BeginRemoving(now);
            return;
        }

        if (_context.InTheWayOf(_definition) is { } other)
        {
            _report.Say($"waits until {other}, which has no place here any more, has stopped");
            Enter(UnitPhase.Dead);
            return;
        }

        Show();
        FaceObstacle(_context.Dependencies.ObstacleTo(this));
        if (_obstacle is not null)
        {
            _report.Say(_obstacle.Reason);
            Enter(UnitPhase.Dead);
            return;
        }

        var service = _definition.Service;
        if (!_startLimit.TryStart(service.StartLimitInterval, service.StartLimitBurst, now))
        {
            _report.Say($"start limit hit: {service.StartLimitBurst} starts within {service.StartLimitInterval.TotalSeconds:0.#} s");
            Enter(UnitPhase.Failed);
            return;
        }

        _duties.Prepare(_definition, now);
        _run = null;
        _start = new UnitStart(_context, _definition, _duties, Generation, _restart, resumed: null, now) { Trigger = Trigger };
        Enter(_start.Phase);
    }

    private void AdvanceStart(UnitStart start, DateTimeOffset now)
    {
        start.Advance(now);
        _run = start.Run;
        if (Phase is not UnitPhase.StartPost && start is { Phase: UnitPhase.StartPost, ExitCode: null, Container: { } container })
        {
            _container.Take(container, runs: true, start.Number);
            _report.Started(container);
            _duties.Started(container, now);
        }

        Phase = start.Phase;
        if (Goal is not UnitGoal.Run)
        {
            // What a start that took too long waits for may never come.
            if (start.Abandon() || start.Failure is not null)
            {
                _isPlannedStop = true;
                _container.Take(start.Container, runs: start.ExitCode is null, start.Number);
                _end = new UnitEnd("it was stopped while it started");
                BeginStop(UnitPhase.Stop, now);
            }
        }
        else if (start.Failure is { } failure)
        {
            _container.Take(start.Container, runs: start.ExitCode is null, start.Number);
            if (start.ExitCode is { } code)
            {
                _report.Ended(code);
                _report.AskForOutput(_context.Outbox, _container.Id);
            }

            _end ??= failure;
            if (failure.ExitCode is { } failed)
            {
                _report.Ended(failed);
            }

            BeginStop(UnitPhase.StopSignal, now);
        }
        else if (start.IsDone)
        {
            EndStart(start.ExitCode, now);
        }
    }

    private void EndStart(long? exitCode, DateTimeOffset now)
    {
        if (exitCode is { } code)
        {
            _container.Take(_start!.Container, runs: false);
            _report.Ended(code);
            _report.AskForOutput(_context.Outbox, _container.Id);
            _end = new UnitEnd($"its {(_container.IsProcess ? "process" : "container")} exited with code {code}", code);
        }

        if (exitCode is null || (_definition!.Service.RemainAfterExit && _end!.IsClean(_definition.Service)))
        {
            BecomeRunning(adopted: false, now);
        }
        else
        {
            BeginStop(AfterTheEnd, now);
        }
    }

    private void BecomeRunning(bool adopted, DateTimeOffset now)
    {
        Enter(_container.Runs ? UnitPhase.Running : UnitPhase.Exited);
        _duties.Begin(_run!, _container.Id, adopted, now);
    }

    private void BeginDrain(bool restart, DateTimeOffset now)
    {
        _isPlannedStop = true;
        _isRestart = restart;
        _end = null;
        Enter(UnitPhase.Draining);
        _duties.BeginDrain(_definition, now);
    }

    private void BeginStop(UnitPhase first, DateTimeOffset now, ResumedStep? resumed = null)
    {
        _duties.EndDrain();
        if (first is not UnitPhase.StopPost)
        {
            _duties.Stopping(now);
        }

        _isCutShort = IsIsolated;
        _stop = new UnitStop(
            _context, _definition, _run, _container, _report, Generation, _end, _isCutShort && first is UnitPhase.Stop ? UnitPhase.StopSignal : first, resumed, _isCutShort ? IsolatedStopLimit : null, now);
        Enter(_stop.Phase);
    }

    private void AdvanceStop(UnitStop stop, DateTimeOffset now)
    {
        stop.Advance(now);
        Phase = stop.Phase;
        if (!stop.IsDone)
        {
            return;
        }

        _stop = null;
        _end = stop.Failure is { } failure && _definition is not null && _end?.IsClean(_definition.Service) != false ? failure : _end;
        _duties.Stopped(now);
        if (Goal is not UnitGoal.Run)
        {
            BeginRemoving(now);
        }
        else if (_isPlannedStop)
        {
            // It was to be restarted, or what asked for the stop has been taken back meanwhile.
            _startLimit.Reset();
            Enter(UnitPhase.Dead);
        }
        else if (_definition is null)
        {
            _report.Say(_end?.Reason ?? "");
            Enter(UnitPhase.Failed);
        }
        else if (_end is { } end && end.AsksForRestart(_definition.Service))
        {
            _report.Restarting(end);
            Enter(UnitPhase.AutoRestart, now + _definition.Service.RestartDelay);
        }
        else
        {
            _report.Say(_end?.Reason ?? "", _end?.Failure);
            Enter(_end is { } last && !last.IsClean(_definition.Service) ? UnitPhase.Failed : UnitPhase.Finished);
        }
    }

    private void BeginRemoving(DateTimeOffset now)
    {
        _duties.Ended(now);
        if (_container.Id is null)
        {
            Enter(UnitPhase.Dead);
            return;
        }

        Enter(UnitPhase.Removing, now + RemovalPatience);
        _container.Remove();
    }

    private void DeadlinePassed(DateTimeOffset now)
    {
        _deadline = null;
        switch (Phase)
        {
            case UnitPhase.AutoRestart when Goal is UnitGoal.Run && _container.IsKnown && _file.Definition is not null:
                BeginStart(now);
                break;
            case UnitPhase.AutoRestart:
                _deadline = now + _context.Options.RetryDelay;
                break;
            case UnitPhase.Removing:
                BeginRemoving(now);
                break;
        }
    }

    private void Enter(UnitPhase phase, DateTimeOffset? deadline = null)
    {
        Phase = phase;
        _deadline = deadline;
        _start = phase is UnitPhase.Condition or UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost ? _start : null;
    }
}
