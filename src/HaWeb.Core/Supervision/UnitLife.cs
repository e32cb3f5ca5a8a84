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
    private readonly UnitAssignment _assignment;
    private readonly UnitNeighbours _neighbours;
    private UnitDefinition? _definition;
    private UnitRun? _run;
    private UnitStart? _start;
    private UnitStop? _stop;
    private UnitEnd? _end;
    private UnitReload? _reload;
    private bool _isPlannedStop;
    private bool _isRestart;
    private bool _isCutShort;
    private bool _isForgotten;
    private DateTimeOffset? _deadline;

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
        _assignment = new UnitAssignment(report);
        _neighbours = new UnitNeighbours(context.Dependencies, this, report);
    }

    /// <summary>The unit.</summary>
    public UnitName Unit => _report.Unit;

    /// <summary>The unit's entry on the work list; null when there is none any more.</summary>
    public Versioned<PlacementRecord>? Placement => _assignment.Placement;

    /// <summary>What is asked for; nothing runs on a machine that is cut off, where its file says so.</summary>
    public UnitGoal Goal => _assignment.Goal is UnitGoal.Run && IsIsolated ? UnitGoal.Stop : _assignment.Goal;

    /// <summary>When its last run was asked for by a timer or by a unit that needs it; null when nobody did.</summary>
    public DateTimeOffset? Trigger => _assignment.Trigger;

    /// <summary>Whether its entry is as it was when the unit was placed: one that is loaded was never started, and so never stopped.</summary>
    public bool WasNeverStopped => _assignment.WasNeverStopped;

    /// <summary>Whether a timer, or a unit that needs this one, has asked for a run that has not begun.</summary>
    public bool IsDue => _assignment.IsDue;

    /// <summary>Whether nothing of it runs, and nothing is about to.</summary>
    public bool IsIdle => !IsDue && !HasFound && _journal.Found is null && (Phase is UnitPhase.Finished or UnitPhase.Failed || (Phase is UnitPhase.Dead && Goal is not UnitGoal.Run));

    /// <summary>Where it is.</summary>
    public UnitPhase Phase { get; private set; }

    /// <summary>Whether what an earlier agent left of it has been looked at, so that its phase is true.</summary>
    public bool IsDecided => Phase is not UnitPhase.Dead || (_container.IsKnown && _journal.IsRead && !HasFound && _journal.Found is null);

    /// <summary>Whether it stops, and was not ended by itself.</summary>
    public bool IsInPlannedStop => _isPlannedStop && (_stop is not null || Phase is UnitPhase.Draining);

    /// <summary>Whether its commands run that are all of its run.</summary>
    public bool RunsToItsEnd => _start is { IsWholeRun: true };

    /// <summary>Whether it is to run and does not, for the sake of another unit, and not only until its turn has come.</summary>
    public bool IsHeldBack => Phase is UnitPhase.Dead && _neighbours.KeepItDown;

    /// <summary>Whether it is something to other units of its machine.</summary>
    public bool HasNeighbours => _neighbours.Exist;

    /// <summary>Whether it runs as its entry asks for, and may go on when it runs on another machine too.</summary>
    public bool MayRunTwice => Phase is UnitPhase.Running or UnitPhase.Exited && Goal is UnitGoal.Run && _definition is { HaWeb.OnIsolation: IsolationAction.Keep };

    /// <summary>The file that it runs by; null when that is not known.</summary>
    public UnitDefinition? Definition => _definition;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_deadline, UnderWay?.NextWake);

    /// <summary>Whether it must not run now, since it may run on another machine. What has failed or ended for good stays as it is.</summary>
    private bool IsIsolated => _context.IsIsolated
        && Phase is not (UnitPhase.Failed or UnitPhase.Finished)
        && (_definition ?? _file.Definition)?.HaWeb.OnIsolation == IsolationAction.Stop;

    /// <summary>What is left to do once its container or process has ended by itself, as systemd has it: ExecStop too after a good end, and after any the children of its processes.</summary>
    private UnitPhase AfterTheEnd => _definition is { } definition && _end?.IsClean(definition.Service) == true ? UnitPhase.Stop : UnitPhase.StopSignal;

    private bool RemainsAfterTheEnd => _definition is { Service: { RemainAfterExit: true } service } && _end!.IsClean(service);

    /// <summary>Whether it is to be shown as failed although it is not to run: as in systemd, a stop that went wrong is a failure, and a stop takes none back.</summary>
    private bool StaysFailed => _assignment.Goal is UnitGoal.Stop && _definition is { } definition && _end is { } end && !end.IsClean(definition.Service);

    /// <summary>Whether there is a container of which it is not decided yet what becomes of it.</summary>
    private bool HasFound => _container is not { FoundRunHash: null, FoundExitCode: null };

    private long Generation => _assignment.Generation;

    private IUnitActivity? UnderWay => (IUnitActivity?)_start ?? (IUnitActivity?)_stop ?? _reload;

    /// <summary>Where it is, for others: a reload changes nothing of its life.</summary>
    private UnitPhase Shown => _reload is null ? Phase : UnitPhase.Reload;

    /// <summary>The entry on the work list is new, has changed, or is gone.</summary>
    public void Assign(Versioned<PlacementRecord>? placement)
    {
        var wasStopped = _assignment.Goal is UnitGoal.Stop;
        var isNew = _assignment.Assign(placement);
        if (isNew || (wasStopped && _assignment.Goal is UnitGoal.Run))
        {
            _startLimit.Reset();
            Phase = Phase == UnitPhase.Failed ? UnitPhase.Dead : Phase;
        }
    }

    /// <summary>A timer, or a unit that needs this one, asks for a run, unless it runs already.</summary>
    /// <returns>Whether it has a place here.</returns>
    public bool Start(DateTimeOffset asked)
    {
        if (Goal is UnitGoal.Leave)
        {
            return false;
        }

        if (Phase is UnitPhase.Finished or UnitPhase.Failed || Goal is UnitGoal.Stop)
        {
            _assignment.Ask(asked);
        }

        return true;
    }

    /// <summary>Docker answers again.</summary>
    public void DockerIsBack() => UnderWay?.DockerIsBack();

    /// <summary>A container has ended.</summary>
    public void ContainerExited(string container, long exitCode, DateTimeOffset now)
    {
        UnderWay?.ContainerExited(container, exitCode);
        if (!_container.Exited(container, exitCode))
        {
            return;
        }

        _duties.Ended(now);
        _end ??= UnitEnd.Of(container, exitCode);
        _stop?.RunEnded(_end, now);
        _report.Ended(exitCode);
        if (Phase is UnitPhase.Running or UnitPhase.StartPost)
        {
            _report.AskForOutput(_context.Outbox, container);
        }

        if (Phase is UnitPhase.Running)
        {
            RunEnded(now);
        }
        else if (Phase is UnitPhase.StartPost or UnitPhase.Draining)
        {
            BeginStop(AfterTheEnd, now);
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now) =>
        (UnderWay?.Answer(answer, now) ?? false) || ContainerAnswered(answer, now);

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        UnderWay?.Woke(now);
        if (_deadline <= now)
        {
            DeadlinePassed(now);
        }
    }

    /// <summary>Does what the present phase and goal ask for, until something has to be waited for.</summary>
    public void Proceed(DateTimeOffset now)
    {
        _container.IsWithoutDocker = (_definition ?? _file.Definition) is { NeedsDocker: false };
        Found();
        if (Goal is not UnitGoal.Run)
        {
            _neighbours.Forget();
        }

        (UnitPhase, UnitDefinition?, UnitReload?) before;
        do
        {
            before = (Phase, _definition, _reload);
            Advance(now);
        }
        while ((Phase, _definition, _reload) != before);

        if (Phase is UnitPhase.Dead or UnitPhase.Finished or UnitPhase.Failed)
        {
            _assignment.HasNothingToReload();
        }

        Show();
        _journal.Keep(Journal());

        // Nothing is said of what is not known yet, so that what an earlier agent said stays; nor of what has left.
        if (_report.Publication.Desired is null && Phase is UnitPhase.Dead && (Placement is null ? _container.IsKnown : Goal is UnitGoal.Run ? _report.Earlier is not null : !IsDecided))
        {
            return;
        }

        _report.Update(Shown, _assignment, _definition?.Hash ?? Placement?.Value.Hash ?? "", _duties.Advert, now);
    }

    /// <summary>It has left, and nothing of it shall remain on the machine.</summary>
    public void Forget()
    {
        _neighbours.Leave();
        if (!_isForgotten && (_container.HadProcesses || (_definition ?? _file.Definition)?.NeedsProcesses == true))
        {
            _isForgotten = true;
            _context.Outbox.Add(new Effect.Process(_context.Outbox.NextId(), new ProcessRequest.Forget(_report.Unit.FullName)));
        }
    }

    /// <summary>What was found of an earlier agent's may have been begun for a timer, or for a unit that needs this one.</summary>
    private void Found()
    {
        if (_journal.Found is { } journal && journal.Generation == Generation)
        {
            // It is newer than what has run before.
            if (journal.Trigger is { } asked)
            {
                _assignment.Found(asked, journal.Generation, journal.Restart);
            }
        }
        else if (_journal.IsRead && HasFound && _container.FoundLabels is { Trigger: { } trigger } labels && labels.BootId == _context.Facts.BootId && (_report.Earlier is null || _report.Earlier.Trigger == trigger))
        {
            _assignment.Found(trigger, labels.Generation, labels.Restart);
        }
    }

    private void Show()
    {
        var hasNone = Phase is UnitPhase.Dead or UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart;
        _neighbours.Show(hasNone ? _file.Definition ?? _definition : _definition ?? _file.Definition);
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
            Enter(StaysFailed ? UnitPhase.Failed : UnitPhase.Dead);
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

        if (Phase is UnitPhase.Dead or UnitPhase.Failed or UnitPhase.Finished && !_container.Runs)
        {
            _duties.NothingRuns(_file.Definition, now);
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
            case UnitPhase.Failed when _container.Id is null && StaysFailed:
                _isPlannedStop = true;
                break;
            case UnitPhase.Dead when Goal is not UnitGoal.Run && _container.Id is not null:
            case UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart when Goal is not UnitGoal.Run:
                _end = Phase is UnitPhase.AutoRestart ? null : _end;
                _isPlannedStop = true;
                BeginRemoving(now);
                break;
            case UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart when _assignment.AsksForRestart && _file.Definition is not null:
            // With another file it may do better.
            case UnitPhase.Failed or UnitPhase.AutoRestart when Trigger is null && _file.Definition is { } other && other.Hash != _definition?.Hash:
                _startLimit.Reset();
                BeginStart(now);
                break;
            case UnitPhase.Failed or UnitPhase.Finished when IsDue && _file.Definition is not null:
                BeginStart(now);
                break;
            case UnitPhase.Running or UnitPhase.Exited or UnitPhase.Draining when IsIsolated:
                _isPlannedStop = true;
                _report.Say("it was stopped, since its machine had been cut off from the store for longer than its lease (OnIsolation=stop)");
                BeginStop(UnitPhase.StopSignal, now);
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
            case UnitPhase.Running or UnitPhase.Exited when _assignment.AsksForRestart:
                BeginDrain(restart: true, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when _file.Definition is { } wanted && wanted != _definition:
                Change(wanted, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when _neighbours.ReasonToStop is { } reason:
                _neighbours.MakeItStop(reason);
                BeginDrain(restart: true, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when _reload is not null || _assignment.AsksForReload:
                AdvanceReload(now);
                break;
            case UnitPhase.Draining when Goal is UnitGoal.Run && !_isRestart && _run is not null && _file is { Definition: null, Problem: null }:
                // Its file changes once more: whether it shall run on is not known yet.
                break;
            case UnitPhase.Draining when Goal is UnitGoal.Run && !_isRestart && _run is not null && (_file.Definition is null || _file.Definition.RunHash == _definition!.RunHash):
                // What was being stopped shall run again, and nothing has been signalled yet.
                _duties.EndDrain();
                BecomeRunning(adopted: false, now);
                break;
            case UnitPhase.Draining when _duties.IsDrained(now) && !_neighbours.StopFirst:
                BeginStop(UnitPhase.Stop, now);
                break;
        }
    }

    private void TakeUp(DateTimeOffset now)
    {
        _neighbours.Resume(_journal.Found);
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
                _assignment.Resume(_container.FoundLabels?.Restart, running.Journal?.Reload);
                _definition = running.Run.Definition;
                _report.Adopted(_container.Id!);
                BecomeRunning(adopted: true, now);
                if (running.IsOutdated)
                {
                    BeginDrain(restart: true, now);
                }
                else if (running.Step is { } reloading)
                {
                    _reload = new UnitReload(_context, _run, _container.Number, Generation, _assignment.Reload + 1, reloading, now);
                }

                break;
            case FoundContainer.Verdict.Starting { Run: var run, Journal: var journal, Step: var step }:
                Resume(run, journal);
                MakeStart(step, now);

                // What runs already is taken over as it comes to that.
                Enter(UnitPhase.Condition);
                break;
            case FoundContainer.Verdict.Stopping { Run: var run, Journal: var journal, Step: var step }:
                Resume(run, journal, step);
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
                    RunEnded(now);
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

    private void Resume(UnitRun run, JournalRecord journal, ResumedStep? step = null)
    {
        _run = run;
        _definition = run.Definition;
        _assignment.Resume(journal.Restart, journal.Reload);
        _end = journal.End ?? UnitEnd.Of(step?.Main);
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
    private JournalRecord? Journal() => Phase is UnitPhase.Dead && _neighbours.BroughtOthers == 0 ? null : new JournalRecord
    {
        Phase = Shown,
        Step = UnderWay?.Step ?? 0,
        Started = UnderWay?.Started,
        Main = _start?.Container ?? _container.Id,
        Generation = Generation,
        Restart = _assignment.Restart,
        Reload = _assignment.Reload,
        Trigger = Trigger,
        BroughtOthers = _neighbours.BroughtOthers,
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

    private void BeginStart(DateTimeOffset now)
    {
        _definition = _file.Definition!;
        _end = null;
        _isPlannedStop = false;
        _assignment.Begin();
        if (_container.Id is not null)
        {
            // What is left of the last run goes first; then the unit is dead and starts.
            BeginRemoving(now);
            return;
        }

        if (_context.InTheWayOf(_definition) is { } other)
        {
            _report.Waits($"waits until {other}, which has no place here any more, has stopped");
            Enter(UnitPhase.Dead);
            return;
        }

        Show();
        if (!_neighbours.LetStart(now))
        {
            Enter(UnitPhase.Dead);
            return;
        }

        var service = _definition.Service;
        if (!_startLimit.TryStart(service.StartLimitInterval, service.StartLimitBurst, now))
        {
            _end = new UnitEnd($"start limit hit: {service.StartLimitBurst} starts within {service.StartLimitInterval.TotalSeconds:0.#} s");
            _report.Say(_end.Reason);
            Enter(UnitPhase.Failed);
            return;
        }

        _report.Starting();
        Enter(MakeStart(resumed: null, now));
    }

    /// <summary>Makes a start, or goes on with one.</summary>
    /// <returns>Where it begins.</returns>
    private UnitPhase MakeStart(ResumedStep? resumed, DateTimeOffset now)
    {
        _duties.Prepare(_definition!, now);
        _run = null;
        _start = new UnitStart(_context, _definition!, _duties, Generation, _assignment.Restart, resumed, now) { Trigger = Trigger };
        return _start.Phase;
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
        var reason = RunsToItsEnd ? _neighbours.ReasonToStop : null;
        if (Goal is not UnitGoal.Run || _assignment.AsksForRestart || start.IsAbandoned || reason is not null)
        {
            _neighbours.MakeItStop(reason);
            // What a start that took too long waits for may never come.
            if (start.Abandon() || start.Failure is not null)
            {
                // As in systemd, ExecStop is for what has been started.
                _isPlannedStop = true;
                _container.Take(start.Container, runs: start.ExitCode is null, start.Number);
                BeginStop(UnitPhase.StopSignal, now);
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
            _end = UnitEnd.Of(_start!.Container!, code);
        }

        if (exitCode is null || RemainsAfterTheEnd)
        {
            BecomeRunning(adopted: false, now);
        }
        else
        {
            BeginStop(AfterTheEnd, now);
        }
    }

    private void RunEnded(DateTimeOffset now)
    {
        if (RemainsAfterTheEnd)
        {
            Enter(UnitPhase.Exited);
        }
        else
        {
            BeginStop(AfterTheEnd, now);
        }
    }

    private void BecomeRunning(bool adopted, DateTimeOffset now)
    {
        _isPlannedStop = false;
        _assignment.Runs();
        Enter(_container.Runs ? UnitPhase.Running : UnitPhase.Exited);
        _duties.Begin(_run!, _container.Id, adopted, now);
    }

    private void AdvanceReload(DateTimeOffset now)
    {
        if (_run is null)
        {
            return;
        }

        _reload ??= new UnitReload(_context, _run, _container.Number, Generation, Placement!.Value.Reload, resumed: null, now);
        _reload.Advance(now);
        if (_reload.IsDone)
        {
            _reload.End();
            _assignment.Reloaded(_reload.Number);
            _report.Reloaded(_reload.Failure);
            _reload = null;
        }
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
        if (_container.Runs)
        {
            _duties.Stopping(now);
        }

        _isCutShort = IsIsolated;
        _stop?.End();
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
        if (_definition is not null && _end?.IsClean(_definition.Service) != false)
        {
            _end = stop.Failure ?? _end;
        }
        else if (_isPlannedStop && _end is { IsOfContainer: true, ExitCode: > 128 })
        {
            // Docker ends with a signal what does not end by itself.
            _end = stop.Failure;
        }

        _duties.Stopped(now);
        if (Goal is not UnitGoal.Run)
        {
            if (StaysFailed)
            {
                _report.Say(_end!.Reason, _end.Failure);
            }

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
            Enter(StaysFailed ? UnitPhase.Failed : UnitPhase.Dead);
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
        _start = IUnitActivity.Keep(_start, phase is UnitPhase.Condition or UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost);
        _reload = IUnitActivity.Keep(_reload, phase is UnitPhase.Running or UnitPhase.Exited);
    }
}
