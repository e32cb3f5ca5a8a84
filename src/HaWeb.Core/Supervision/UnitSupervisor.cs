using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// One unit's life on one machine: start, stop, restart, failure, and the handshake of rule 8: withdraw the backend, wait until every live balancer has
/// drained it, only then signal the container. A container that already runs what the unit asks for is adopted, not restarted.
/// </summary>
public sealed class UnitSupervisor
{
    // Docker answers at its own time; when it has not for so long, the answer was lost and the request is made again.
    private static readonly TimeSpan DockerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultStopTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStop = TimeSpan.FromHours(1);

    private readonly MachineContext _context;
    private readonly StartLimit _startLimit = new();
    private readonly UnitReport _report;
    private readonly UnitFileReader _file;
    private UnitDefinition? _definition;
    private UnitRun? _run;
    private VariableFiles? _variables;
    private CommandSequence? _sequence;
    private BackendAdvert? _advert;
    private BalancerDuty? _balancer;
    private BackendDrain? _drain;
    private UnitEnd? _end;
    private string? _container;
    private string? _unconfirmed;
    private long? _endedWhileAway;
    private bool _running;
    private bool _dockerKnown;
    private bool _startAfterStop;
    private long _dockerRequest;
    private int _restart;
    private DateTimeOffset? _deadline;
    private DateTimeOffset? _pullingSince;

    /// <summary>Makes one for a unit that nothing is known of yet.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="earlier">What an earlier agent of this machine said of the unit, or null.</param>
    public UnitSupervisor(MachineContext context, UnitName unit, StatusRecord? earlier)
    {
        _context = context;
        Unit = unit;
        _file = new UnitFileReader(context, unit);
        _report = new UnitReport(context.Keys.Status(context.MachineId, unit.FullName), earlier);
    }

    /// <summary>The unit.</summary>
    public UnitName Unit { get; }

    /// <summary>Its entry on the work list; null when there is none any more.</summary>
    public Versioned<PlacementRecord>? Placement { get; private set; }

    /// <summary>Where it is in its life.</summary>
    public UnitPhase Phase { get; private set; }

    /// <summary>Whether it has stopped for good: its entry may be deleted, and then nothing of it remains.</summary>
    public bool HasLeft => Phase == UnitPhase.Dead && Goal is UnitGoal.Leave && _container is null && _dockerKnown && _dockerRequest == 0
        && _advert is null or { Publication.IsConfirmed: true };

    /// <summary>The keys that it keeps in the store.</summary>
    public IEnumerable<Publication> Publications =>
        [_report.Publication, .. _advert is null ? (ReadOnlySpan<Publication>)[] : [_advert.Publication], .. _balancer is null ? (ReadOnlySpan<Publication>)[] : [_balancer.Registration]];

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_pullingSince is null ? _deadline : null, _file.NextWake, _variables?.NextWake, _advert?.NextWake, _balancer?.NextWake, _drain?.NextWake);

    /// <summary>The prefix of the services that it balances; null when it balances none.</summary>
    public string? FollowedServices => _balancer?.Prefix;

    private UnitGoal Goal => Placement?.Value.State switch
    {
        PlacementState.Run => UnitGoal.Run,
        PlacementState.Stop => UnitGoal.Stop,
        _ => UnitGoal.Leave,
    };

    /// <summary>Its entry on the work list is new, has changed, or is gone.</summary>
    public void Assign(Versioned<PlacementRecord>? placement, DateTimeOffset now)
    {
        var isNew = placement is not null && placement.CreateRevision != Placement?.CreateRevision;
        Placement = placement;
        if (placement is not null)
        {
            if (isNew)
            {
                _restart = _report.Last?.Generation == placement.CreateRevision ? _report.Last.Restart : placement.Value.Restart;
                _startLimit.Reset();
                Phase = Phase == UnitPhase.Failed ? UnitPhase.Dead : Phase;
            }

            _file.Want(placement.Value.Hash, now);
        }

        Proceed(now);
    }

    /// <summary>The containers of this unit, as Docker lists them now.</summary>
    public void Containers(IReadOnlyList<ContainerState> containers, DateTimeOffset now)
    {
        _dockerKnown = true;
        _sequence?.DockerIsBack();
        var main = containers.FirstOrDefault(container => container.Id == _container)
            ?? (_container is null ? containers.Where(container => container.Labels is { RunHash.Length: > 0 }).OrderByDescending(container => container.Running).FirstOrDefault() : null);
        if (_container is null && main is not null && Phase is UnitPhase.Dead)
        {
            _container = main.Id;
            _running = main.Running;
            _unconfirmed = main.Running ? main.Labels!.RunHash : null;
            _endedWhileAway = main.Running ? null : main.ExitCode ?? 0;
        }
        else if (_container is not null && _running && main is not { Running: true })
        {
            ContainerExited(_container, main?.ExitCode ?? 137, now);
        }

        Proceed(now);
    }

    /// <summary>Docker does not answer: nothing is begun until it does.</summary>
    public void DockerLost() => _dockerKnown = false;

    /// <summary>A container has ended.</summary>
    public void ContainerExited(string container, long exitCode, DateTimeOffset now)
    {
        _sequence?.ContainerExited(container, exitCode);
        if (container == _container && _running)
        {
            _running = false;
            _unconfirmed = null;
            _advert?.Withdraw();
            _balancer?.Stopped(now);
            _end ??= new UnitEnd(exitCode > 128 ? $"its container was ended by signal {exitCode - 128}" : $"its container exited with code {exitCode}", exitCode);
            _report.Ended(exitCode);
            if (Phase is UnitPhase.Running or UnitPhase.StartPost)
            {
                ReadLastOutput();
                BeginStopPost(now);
            }
            else if (Phase is UnitPhase.Draining)
            {
                BeginStopPost(now);
            }
        }

        Proceed(now);
    }

    /// <summary>News of a followed prefix: the services that it balances, or the balancers that it waits for.</summary>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
        _balancer?.Followed(prefix, update, now);
        _drain?.Followed(prefix, update);
        Proceed(now);
    }

    /// <summary>One of its keys is confirmed in the store.</summary>
    public void Confirmed(DateTimeOffset now)
    {
        _balancer?.Advance();
        Proceed(now);
    }

    /// <summary>It has left, and its entry is gone: nothing of it shall remain in the store.</summary>
    public void Retire()
    {
        _report.Publication.Desired = null;
        _advert?.Withdraw();
        _balancer?.Retire();
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        var own = _report.Answer(answer)
            || _file.Answer(answer, now)
            || (_variables?.Answer(answer, now) ?? false)
            || (answer.Id == _dockerRequest && _dockerRequest != 0 && Answered(answer, now))
            || (_sequence?.Answer(answer) ?? false)
            || (_advert?.Answer(answer, now) ?? false)
            || (_balancer?.Answer(answer, now) ?? false);
        if (own)
        {
            Proceed(now);
        }

        return own;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        _file.Woke(now);
        _variables?.Woke(now);
        _advert?.Woke(now);
        _balancer?.Woke(now);
        _drain?.Woke(now);
        if (_pullingSince is null && _deadline <= now)
        {
            DeadlinePassed(now);
        }

        Proceed(now);
    }

    private bool Answered(Event.Answer answer, DateTimeOffset now)
    {
        _dockerRequest = 0;
        var isGone = answer is Event.DockerAnswered or Event.DockerFailed { Failure: DockerFailure.NoSuchContainer };
        if (isGone && Phase is UnitPhase.StopSignal)
        {
            _running = false;
            BeginStopPost(now);
        }
        else if (isGone && Phase is UnitPhase.Removing)
        {
            _container = null;
            Enter(UnitPhase.Dead, null);
        }
        else if (answer is Event.DockerFailed { Message: var message })
        {
            _report.Say(message);
            _deadline = now + _context.Options.RetryDelay;
        }

        return true;
    }

    /// <summary>Does what the present phase and goal ask for, until something has to be waited for.</summary>
    private void Proceed(DateTimeOffset now)
    {
        UnitPhase before;
        do
        {
            before = Phase;
            Advance(now);
        }
        while (Phase != before);

        // Nothing is said of what is not known yet, so that what an earlier agent said stays; nor of what has left.
        if (_report.Publication.Desired is null && Phase is UnitPhase.Dead && (Placement is null ? _dockerKnown : Goal is UnitGoal.Run && _report.Earlier is not null))
        {
            return;
        }

        _report.Update(Phase, Placement?.CreateRevision ?? 0, _definition?.Hash ?? Placement?.Value.Hash ?? "", _restart, _advert, now);
    }

    private void Advance(DateTimeOffset now)
    {
        if (Phase is UnitPhase.StartPre && _sequence is null)
        {
            ReadVariables(now);
            return;
        }

        if (Phase is UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost or UnitPhase.Stop or UnitPhase.StopPost)
        {
            AdvanceSequence(now);
            return;
        }

        if (!_dockerKnown)
        {
            return;
        }

        switch (Phase)
        {
            case UnitPhase.Dead when _unconfirmed is not null:
                AdoptOrStop(now);
                break;
            case UnitPhase.Dead when Goal is UnitGoal.Run && _file.Problem is { } problem:
                _report.BadSetting(problem);
                Enter(UnitPhase.Failed, null);
                break;
            case UnitPhase.Dead when Goal is UnitGoal.Run && _file.Definition is not null && _endedWhileAway is { } exitCode:
                TakeUpEnded(exitCode, now);
                break;
            case UnitPhase.Dead when Goal is UnitGoal.Run && _file.Definition is not null:
                BeginStart(now);
                break;
            case UnitPhase.Dead when Goal is not UnitGoal.Run && _container is not null:
            case UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart when Goal is not UnitGoal.Run:
                BeginRemoving(now);
                break;
            case UnitPhase.Failed or UnitPhase.Finished when Placement!.Value.Restart > _restart && _file.Definition is not null:
                _startLimit.Reset();
                BeginStart(now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when Goal is not UnitGoal.Run:
                BeginDrain(thenStart: false, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when Placement!.Value.Restart > _restart:
                BeginDrain(thenStart: true, now);
                break;
            case UnitPhase.Running or UnitPhase.Exited when _file.Definition is { } wanted && wanted != _definition:
                Change(wanted, now);
                break;
            case UnitPhase.Draining when Goal is UnitGoal.Run && !_startAfterStop:
                KeepRunning(now);
                break;
            case UnitPhase.Draining:
                _drain!.Advance();
                if (_drain.IsDone)
                {
                    EndDrain(now);
                }

                break;
        }
    }

    private void AdoptOrStop(DateTimeOffset now)
    {
        // Without its file nobody knows how it is drained and stopped.
        if (Placement is not null && _file is { Definition: null, Problem: null })
        {
            return;
        }

        if (_file.Definition is { } known)
        {
            _variables ??= new VariableFiles(_context, known, now);
            if (!_variables.IsDone)
            {
                return;
            }
        }

        var runHash = _unconfirmed;
        _unconfirmed = null;
        _definition = _file.Definition;
        if (_definition is null)
        {
            // Nobody knows what it is; what has an entry is left as it is, and what has none leaves.
            if (Placement is null)
            {
                BeginStopSignal(now);
            }
            else
            {
                _report.BadSetting(_file.Problem!);
            }

            return;
        }

        _run = UnitRun.Of(_context, _definition, _variables!.Variables);
        _report.Adopted(_container!);
        BecomeRunning(adopted: true, now);
        if (Goal is UnitGoal.Run && runHash != _definition.RunHash)
        {
            BeginDrain(thenStart: true, now);
        }
    }

    /// <summary>
    /// Its container had ended when this agent came. Whether it runs again is for Restart= to say, as if the agent had seen the end; what an earlier agent made
    /// of the end stays so.
    /// </summary>
    private void TakeUpEnded(long exitCode, DateTimeOffset now)
    {
        _variables ??= new VariableFiles(_context, _file.Definition!, now);
        if (!_variables.IsDone)
        {
            return;
        }

        _endedWhileAway = null;
        var earlier = _report.Earlier;
        if (earlier is null || earlier.Container != _container || earlier.Generation != Placement!.CreateRevision || earlier.Restart < Placement.Value.Restart
            || earlier.Active is not ("failed" or "inactive" or "active"))
        {
            BeginStart(now);
            return;
        }

        _definition = _file.Definition!;
        _run = UnitRun.Of(_context, _definition, _variables.Variables);
        _end = new UnitEnd($"its container exited with code {exitCode}", exitCode);
        _report.Adopted(_container!);
        _report.Ended(exitCode);
        _report.Say(earlier.Reason);
        switch (earlier.Active, earlier.Sub)
        {
            case ("failed", _):
                Enter(UnitPhase.Failed, null);
                break;
            case ("inactive", _):
                Enter(UnitPhase.Finished, null);
                break;
            case (_, "exited"):
                Enter(UnitPhase.Exited, null);
                break;
            default:
                ReadLastOutput();
                BeginStopPost(now);
                break;
        }
    }

    private void Change(UnitDefinition wanted, DateTimeOffset now)
    {
        if (wanted.RunHash != _definition!.RunHash)
        {
            BeginDrain(thenStart: true, now);
            return;
        }

        // Only [X-Fleet], [X-HaWeb] or the description differ: nothing restarts.
        _definition = wanted;
        _run = UnitRun.Of(_context, wanted, _variables!.Variables);
        _advert?.Change(_run);
    }

    private void BeginStart(DateTimeOffset now)
    {
        _definition = _file.Definition!;
        _restart = Placement!.Value.Restart;
        _end = null;
        if (_container is not null)
        {
            // What is left of the last run goes first; then the unit is dead and starts.
            BeginRemoving(now);
            return;
        }

        var service = _definition.Service;
        if (!_startLimit.TryStart(service.StartLimitInterval, service.StartLimitBurst, now))
        {
            _report.Say($"start limit hit: {service.StartLimitBurst} starts within {service.StartLimitInterval.TotalSeconds:0.#} s");
            Enter(UnitPhase.Failed, null);
            return;
        }

        if (_definition.HaWeb.LoadBalancer.Count > 0)
        {
            _balancer ??= new BalancerDuty(_context, Unit, _definition.HaWeb);
            _balancer.Stopped(now);
        }

        _variables = new VariableFiles(_context, _definition, now);
        _sequence = null;
        Enter(UnitPhase.StartPre, now + service.TimeoutStart);
    }

    /// <summary>The first part of a start: nothing has been done yet, so that it may simply end.</summary>
    private void ReadVariables(DateTimeOffset now)
    {
        if (Goal is not UnitGoal.Run)
        {
            Enter(UnitPhase.Dead, null);
        }
        else if (_variables!.Problem is { } problem)
        {
            _end = new UnitEnd(problem);
            AfterStopPost(now);
        }
        else if (_variables.IsDone)
        {
            _run = UnitRun.Of(_context, _definition!, _variables.Variables);
            Run(UnitPhase.StartPre, _definition!.Service.StartPre, now, _definition.Service.TimeoutStart);
            AdvanceSequence(now);
        }
    }

    private void Run(UnitPhase phase, IReadOnlyList<UnitCommand> commands, DateTimeOffset now, TimeSpan? timeout)
    {
        Enter(phase, phase is UnitPhase.Start or UnitPhase.StartPost ? _deadline : now + timeout);
        var isMain = phase is UnitPhase.Start;
        var labels = new ContainerLabels(_context.ClusterId, Unit.FullName, Placement?.CreateRevision ?? 0, _definition!.RunHash);
        _sequence = new CommandSequence(_context, Unit, commands, _run!.Environment, labels, isMain, waitsForExit: !isMain || _definition!.Service.Type == ServiceType.OneShot)
        {
            BeforeStart = isMain && _balancer is { } balancer ? balancer.TakeInitialFile : null,
        };
        if (!isMain || _balancer is null or { IsReady: true })
        {
            _sequence.Start();
        }
    }

    private void AdvanceSequence(DateTimeOffset now)
    {
        if (Phase is UnitPhase.Start && _sequence is { HasStarted: false } && _balancer is { IsReady: true })
        {
            _sequence.Start();
        }

        StretchForPull(now);
        if (Goal is not UnitGoal.Run && Phase is UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost)
        {
            AbandonStart(now);
        }
        else if (_sequence!.Failure is { } failure)
        {
            SequenceFailed(failure, now);
        }
        else if (_sequence.IsDone)
        {
            SequenceDone(now);
        }
    }

    private void AbandonStart(DateTimeOffset now)
    {
        _sequence!.Cancel();
        if (!_sequence.IsBusy)
        {
            _container = _sequence.Container ?? _container;
            _running = _container is not null;
            _end = new UnitEnd("it was stopped while it started");
            BeginStop(now);
        }
    }

    private void StretchForPull(DateTimeOffset now)
    {
        if (_sequence!.IsPulling || _sequence.WaitsForDocker)
        {
            _pullingSince ??= now;
        }
        else if (_pullingSince is { } since)
        {
            _deadline += now - since;
            _pullingSince = null;
        }
    }

    private void SequenceDone(DateTimeOffset now)
    {
        switch (Phase)
        {
            case UnitPhase.StartPre:
                Run(UnitPhase.Start, _definition!.Service.Start, now, null);
                break;
            case UnitPhase.Start:
                _container = _sequence!.Container;
                _running = _container is not null && _sequence.ExitCode is null;
                if (_running)
                {
                    _report.Started(_container!);
                    _balancer?.Started(_container!, now);
                    Run(UnitPhase.StartPost, _definition!.Service.StartPost, now, null);
                }
                else
                {
                    EndedBeforeRunning(now);
                }

                break;
            case UnitPhase.StartPost:
                BecomeRunning(adopted: false, now);
                break;
            case UnitPhase.Stop:
                BeginStopSignal(now);
                break;
            case UnitPhase.StopPost:
                AfterStopPost(now);
                break;
        }
    }

    private void EndedBeforeRunning(DateTimeOffset now)
    {
        var code = _sequence!.ExitCode ?? 0;
        _end = new UnitEnd($"its container exited with code {code}", code);
        _report.Ended(code);
        ReadLastOutput();
        if (_definition!.Service is { Type: ServiceType.OneShot, RemainAfterExit: true } && code == 0)
        {
            BecomeRunning(adopted: false, now);
        }
        else
        {
            BeginStopPost(now);
        }
    }

    private void SequenceFailed(string failure, DateTimeOffset now)
    {
        if (Phase is UnitPhase.StopPost)
        {
            _report.Say(failure);
            AfterStopPost(now);
            return;
        }

        if (Phase is UnitPhase.Stop)
        {
            _report.Say(failure);
            BeginStopSignal(now);
            return;
        }

        _container = _sequence!.Container ?? _container;
        _running = _container is not null;
        _end ??= new UnitEnd(failure);
        BeginStopSignal(now);
    }

    private void BecomeRunning(bool adopted, DateTimeOffset now)
    {
        _running = _container is not null && _end is null;
        Enter(_running ? UnitPhase.Running : UnitPhase.Exited, null);
        if (_definition!.HaWeb.LoadBalancer.Count > 0)
        {
            _balancer ??= new BalancerDuty(_context, Unit, _definition.HaWeb);
            if (adopted)
            {
                _balancer.Adopted(_container!, now);
            }
        }

        if (_definition.HaWeb.Service is not null)
        {
            _advert ??= new BackendAdvert(_context, _run!, adopted ? _report.Earlier : null, adopted);
            _advert.Begin(_run!, _container, adopted, now);
        }
    }

    private void BeginDrain(bool thenStart, DateTimeOffset now)
    {
        _startAfterStop = thenStart;
        _end = null;
        Enter(UnitPhase.Draining, null);
        _drain = new BackendDrain(_context, _advert, _definition!, now);
        _advert?.Withdraw();
    }

    /// <summary>What was being stopped shall run again, and nothing has been signalled yet.</summary>
    private void KeepRunning(DateTimeOffset now)
    {
        _drain!.End();
        _drain = null;
        BecomeRunning(adopted: false, now);
    }

    private void EndDrain(DateTimeOffset now)
    {
        if (_drain!.Shortfall is { } shortfall)
        {
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, Unit.FullName, shortfall));
        }

        _drain.End();
        _drain = null;
        BeginStop(now);
    }

    private void BeginStop(DateTimeOffset now)
    {
        _balancer?.Stopping(now);
        Run(UnitPhase.Stop, _definition!.Service.Stop, now, _definition.Service.TimeoutStop);
    }

    private void BeginStopSignal(DateTimeOffset now)
    {
        if (_container is null || !_running)
        {
            BeginStopPost(now);
            return;
        }

        var limit = _definition is null ? DefaultStopTime : _definition.Service.TimeoutStop;
        Enter(UnitPhase.StopSignal, now + (limit ?? LongestStop) + DockerPatience);
        Ask(new DockerRequest.Stop(_container, limit ?? TimeSpan.MaxValue, Signal: null));
    }

    private void BeginStopPost(DateTimeOffset now)
    {
        _drain?.End();
        _drain = null;
        if (_definition is null || _run is null)
        {
            AfterStopPost(now);
        }
        else
        {
            Run(UnitPhase.StopPost, _definition.Service.StopPost, now, _definition.Service.TimeoutStop);
        }
    }

    private void AfterStopPost(DateTimeOffset now)
    {
        _sequence = null;
        _balancer?.Stopped(now);
        if (Goal is UnitGoal.Run && _startAfterStop)
        {
            _startAfterStop = false;
            _startLimit.Reset();
            Enter(UnitPhase.Dead, null);
        }
        else if (Goal is not UnitGoal.Run)
        {
            BeginRemoving(now);
        }
        else if (_end is { } end && end.AsksForRestart(_definition!.Service))
        {
            _report.Restarting(end.Reason);
            Enter(UnitPhase.AutoRestart, now + _definition.Service.RestartDelay);
        }
        else
        {
            _report.Say(_end?.Reason ?? "");
            Enter(_end is { } last && !last.IsClean(_definition!.Service) ? UnitPhase.Failed : UnitPhase.Finished, null);
        }
    }

    private void BeginRemoving(DateTimeOffset now)
    {
        _advert?.Withdraw();
        _balancer?.Stopped(now);
        if (_container is null)
        {
            Enter(UnitPhase.Dead, null);
            return;
        }

        Enter(UnitPhase.Removing, now + DockerPatience);
        Ask(new DockerRequest.Remove(_container, Force: true, Volumes: true, MayBeAbsent: true));
    }

    private void DeadlinePassed(DateTimeOffset now)
    {
        _deadline = null;
        switch (Phase)
        {
            case UnitPhase.AutoRestart when Goal is UnitGoal.Run && _dockerKnown && _file.Definition is not null:
                BeginStart(now);
                break;
            case UnitPhase.AutoRestart:
                _deadline = now + _context.Options.RetryDelay;
                break;
            case UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost when _sequence is { IsPulling: false, WaitsForDocker: false }:
                _end = new UnitEnd($"it did not start within {_definition!.Service.TimeoutStart?.TotalSeconds:0.#} s", TimedOut: true);
                _container = _sequence.Container ?? _container;
                _running = _container is not null;
                BeginStopSignal(now);
                break;
            case UnitPhase.Stop:
                BeginStopSignal(now);
                break;
            case UnitPhase.StopPost:
                AfterStopPost(now);
                break;
            case UnitPhase.StopSignal:
                BeginStopSignal(now);
                break;
            case UnitPhase.Removing:
                BeginRemoving(now);
                break;
            default:
                Assign(Placement, now);
                break;
        }
    }

    private void Ask(DockerRequest request) => _context.Outbox.Add(new Effect.Docker(_dockerRequest = _context.Outbox.NextId(), request));

    private void ReadLastOutput() => _report.AskForOutput(_context.Outbox, _container);

    private void Enter(UnitPhase phase, DateTimeOffset? deadline)
    {
        Phase = phase;
        _deadline = deadline;
        _pullingSince = null;
    }
}
