using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// The end of a unit's run: ExecStop, the stop signal, ExecStopPost, and the signal to what its commands have left running; it may begin with any of them.
/// </summary>
public sealed class UnitStop : IUnitActivity
{
    // Docker answers at its own time; when it has not for so long, the answer was lost and the request is made again.
    private static readonly TimeSpan DockerPatience = TimeSpan.FromSeconds(30);

    // How a run ended is told by an event of its own, which Docker may have lost.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultStopTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStop = TimeSpan.FromHours(1);

    private readonly MachineContext _context;
    private readonly UnitDefinition? _definition;
    private readonly UnitRun? _run;
    private readonly UnitContainer _container;
    private readonly UnitReport _report;
    private readonly long _generation;
    private readonly TimeSpan? _limit;
    private UnitEnd? _end;
    private CommandSequence? _sequence;
    private long _processRequest;
    private int? _timed;
    private bool _dockerSignalled;
    private bool _awaitsEnd;
    private PatientDeadline _deadline;

    /// <summary>Begins.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="definition">The unit; null when it is not known what ran, so that there is nothing but the signal.</param>
    /// <param name="run">The unit as it ran; null when it did not come so far.</param>
    /// <param name="container">Its container.</param>
    /// <param name="report">Takes what goes wrong.</param>
    /// <param name="generation">The create revision of its placement.</param>
    /// <param name="end">How it ended; null while it runs and is stopped: then <see cref="RunEnded"/> tells.</param>
    /// <param name="first"><see cref="UnitPhase.Stop"/>, <see cref="UnitPhase.StopSignal"/> or <see cref="UnitPhase.StopPost"/>.</param>
    /// <param name="resumed">Where an earlier agent left the first of them; null when it begins.</param>
    /// <param name="limit">How long after the signal it is killed; null for what its file says.</param>
    /// <param name="now">The time.</param>
    public UnitStop(
        MachineContext context, UnitDefinition? definition, UnitRun? run, UnitContainer container, UnitReport report, long generation, UnitEnd? end, UnitPhase first, ResumedStep? resumed, TimeSpan? limit, DateTimeOffset now)
    {
        _limit = limit;
        _end = end;
        _context = context;
        _definition = definition;
        _run = run;
        _container = container;
        _report = report;
        _generation = generation;
        _deadline = new PatientDeadline(null, now);
        Enter(first, now, resumed);
    }

    /// <summary>Where it is.</summary>
    public UnitPhase Phase { get; private set; }

    /// <summary>Whether everything has been done.</summary>
    public bool IsDone { get; private set; }

    /// <summary>How the first of its commands that failed did so; null when none has.</summary>
    public UnitEnd? Failure { get; private set; }

    /// <inheritdoc/>
    public int Step => Math.Max(_sequence?.Step ?? 0, 0);

    /// <inheritdoc/>
    public string? Started => _sequence?.Started;

    /// <inheritdoc/>
    public DateTimeOffset? NextWake => _deadline.NextWake;

    /// <summary>Goes on as far as nothing has to be waited for.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (!IsDone && _sequence is { } sequence)
        {
            if (sequence.Step != _timed)
            {
                // As in systemd, each command has all of TimeoutStopSec.
                _timed = sequence.Step;
                _deadline = new PatientDeadline(_definition!.Service.TimeoutStop, now);
            }

            _deadline.Pause(sequence.WaitsForDocker, now);
            if (!sequence.IsDone && sequence.Failure is null)
            {
                return;
            }

            if (sequence.Failure is { } failure)
            {
                _report.Say(failure);
                Failure ??= new UnitEnd(failure, sequence.FailedWith, IsOfCommand: true, IsOfContainer: !sequence.RunsProcess);
            }

            Next(now);
        }
    }

    /// <inheritdoc/>
    public void DockerIsBack() => _sequence?.DockerIsBack();

    /// <inheritdoc/>
    public void ContainerExited(string container, long exitCode) => _sequence?.ContainerExited(container, exitCode);

    /// <inheritdoc/>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id != _processRequest || _processRequest == 0)
        {
            return _sequence?.Answer(answer) ?? false;
        }

        _processRequest = 0;
        if (answer is Event.ProcessFailed { Message: var message })
        {
            Retry(message, now);
            return true;
        }

        SignalAnswered(now);
        return true;
    }

    /// <summary>The container or process has ended, by the signal or before it.</summary>
    /// <param name="end">How.</param>
    /// <param name="now">The time.</param>
    public void RunEnded(UnitEnd end, DateTimeOffset now)
    {
        _end = end;
        if (_awaitsEnd)
        {
            Next(now);
        }
    }

    /// <summary>Docker has answered to the stop signal.</summary>
    /// <param name="failure">Why it did not do it, or null.</param>
    /// <param name="now">The time.</param>
    public void Signalled(string? failure, DateTimeOffset now)
    {
        if (failure is null)
        {
            _dockerSignalled = true;
            SignalAnswered(now);
        }
        else
        {
            Retry(failure, now);
        }
    }

    /// <inheritdoc/>
    public void Woke(DateTimeOffset now)
    {
        if (!IsDone && _deadline.IsOver(now))
        {
            if (_awaitsEnd && !_container.IsKnown && !_container.IsProcess)
            {
                // Docker will tell when it answers again.
                _deadline = new PatientDeadline(EndPatience, now);
            }
            else if (_awaitsEnd)
            {
                _container.Ended();
                Next(now);
            }
            else if (Phase is UnitPhase.StopSignal or UnitPhase.FinalSignal)
            {
                Enter(Phase, now);
            }
            else
            {
                Failure ??= new UnitEnd($"{(Phase is UnitPhase.Stop ? "ExecStop" : "ExecStopPost")} took longer than {_definition?.Service.TimeoutStop?.TotalSeconds:0.#} s", TimedOut: true);
                _sequence?.End();
                Next(now);
            }
        }
    }

    /// <inheritdoc/>
    public void End() => _sequence?.End();

    private void Retry(string failure, DateTimeOffset now)
    {
        _report.Say(failure);
        _deadline = new PatientDeadline(_context.Options.RetryDelay, now);
    }

    private void SignalAnswered(DateTimeOffset now)
    {
        if (_processRequest != 0 || !_dockerSignalled)
        {
            return;
        }

        if (Phase is UnitPhase.StopSignal && _end is null && _container.Runs && !(_container.IsProcess && _definition?.Service.KillMode is KillMode.None))
        {
            // It may have taken the signal for a failure.
            _awaitsEnd = true;
            _deadline = new PatientDeadline(EndPatience, now);
            return;
        }

        _container.Ended();
        Next(now);
    }

    private void Next(DateTimeOffset now)
    {
        _awaitsEnd = false;
        UnitPhase? next = Phase switch
        {
            UnitPhase.Stop => UnitPhase.StopSignal,
            UnitPhase.StopSignal => UnitPhase.StopPost,
            UnitPhase.StopPost when HasProcesses => UnitPhase.FinalSignal,
            _ => null,
        };
        if (next is { } phase)
        {
            Enter(phase, now);
        }
        else
        {
            IsDone = true;
        }
    }

    private bool HasProcesses => _container.IsProcess || _definition?.NeedsProcesses == true;

    private void Enter(UnitPhase phase, DateTimeOffset now, ResumedStep? resumed = null)
    {
        _sequence = null;
        if (phase is UnitPhase.Stop && (_definition is null || _run is null))
        {
            phase = UnitPhase.StopSignal;
        }

        Phase = phase is UnitPhase.StopSignal && !_container.Runs && !HasProcesses ? UnitPhase.StopPost : phase;
        if (Phase is UnitPhase.StopSignal or UnitPhase.FinalSignal)
        {
            Signal(now);
        }
        else if (_definition is null || _run is null)
        {
            IsDone = true;
        }
        else
        {
            _timed = null;
            var run = _run.With([.. ServiceVariables.OfProcess(_container.Runs ? _container.Number : null), .. ServiceVariables.OfEnd(_end, _definition.Service)]);
            _sequence = new CommandSequence(_context, run, Phase is UnitPhase.Stop ? _definition.Service.Stop : _definition.Service.StopPost, _generation)
            {
                Succeeds = _definition.Service.SuccessExitStatus.Contains,
            };
            if (resumed is null)
            {
                _sequence.Start();
            }
            else
            {
                _sequence.Resume(resumed.Step, resumed.Running);
            }
        }
    }

    private void Signal(DateTimeOffset now)
    {
        var service = _definition?.Service;
        var limit = _limit ?? (service is null ? DefaultStopTime : service.TimeoutStop);
        _deadline = new PatientDeadline((limit ?? LongestStop) + DockerPatience, now);
        _dockerSignalled = _container.IsProcess || !_container.Runs;
        if (!_dockerSignalled)
        {
            _container.Stop(limit ?? TimeSpan.MaxValue, service is null or { KillSignal: 15 } ? null : SignalName.Of(service.KillSignal));
        }

        if (HasProcesses)
        {
            var request = new ProcessRequest.Stop(_report.Unit.FullName, service?.KillMode ?? KillMode.ControlGroup, service?.KillSignal ?? 15, limit ?? TimeSpan.MaxValue);
            _context.Outbox.Add(new Effect.Process(_processRequest = _context.Outbox.NextId(), request));
        }
    }
}
