using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>The end of a unit's run: ExecStop, the stop signal, ExecStopPost; it may begin with any of them.</summary>
public sealed class UnitStop
{
    // Docker answers at its own time; when it has not for so long, the answer was lost and the request is made again.
    private static readonly TimeSpan DockerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultStopTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestStop = TimeSpan.FromHours(1);

    private readonly MachineContext _context;
    private readonly UnitDefinition? _definition;
    private readonly UnitRun? _run;
    private readonly UnitContainer _container;
    private readonly UnitReport _report;
    private readonly long _generation;
    private readonly TimeSpan? _limit;
    private CommandSequence? _sequence;
    private PatientDeadline _deadline;

    /// <summary>Begins.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="definition">The unit; null when it is not known what ran, so that there is nothing but the signal.</param>
    /// <param name="run">The unit as it ran; null when it did not come so far.</param>
    /// <param name="container">Its container.</param>
    /// <param name="report">Takes what goes wrong.</param>
    /// <param name="generation">The create revision of its placement.</param>
    /// <param name="first"><see cref="UnitPhase.Stop"/>, <see cref="UnitPhase.StopSignal"/> or <see cref="UnitPhase.StopPost"/>.</param>
    /// <param name="limit">How long after the signal it is killed; null for what its file says.</param>
    /// <param name="now">The time.</param>
    public UnitStop(
        MachineContext context, UnitDefinition? definition, UnitRun? run, UnitContainer container, UnitReport report, long generation, UnitPhase first, TimeSpan? limit, DateTimeOffset now)
    {
        _limit = limit;
        _context = context;
        _definition = definition;
        _run = run;
        _container = container;
        _report = report;
        _generation = generation;
        _deadline = new PatientDeadline(null, now);
        Enter(first, now);
    }

    /// <summary>Where it is.</summary>
    public UnitPhase Phase { get; private set; }

    /// <summary>Whether everything has been done.</summary>
    public bool IsDone { get; private set; }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _deadline.NextWake;

    /// <summary>Goes on as far as nothing has to be waited for.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (!IsDone && _sequence is { } sequence)
        {
            _deadline.Pause(sequence.WaitsForDocker, now);
            if (!sequence.IsDone && sequence.Failure is null)
            {
                return;
            }

            if (sequence.Failure is { } failure)
            {
                _report.Say(failure);
            }

            Next(now);
        }
    }

    /// <summary>Docker answers again.</summary>
    public void DockerIsBack() => _sequence?.DockerIsBack();

    /// <summary>A container has ended.</summary>
    public void ContainerExited(string container, long exitCode) => _sequence?.ContainerExited(container, exitCode);

    /// <summary>Takes in an answer of its commands; false when it is not one.</summary>
    public bool Answer(Event.Answer answer) => _sequence?.Answer(answer) ?? false;

    /// <summary>Docker has answered to the stop signal.</summary>
    /// <param name="failure">Why it did not do it, or null.</param>
    /// <param name="now">The time.</param>
    public void Signalled(string? failure, DateTimeOffset now)
    {
        if (failure is null)
        {
            Next(now);
        }
        else
        {
            _report.Say(failure);
            _deadline = new PatientDeadline(_context.Options.RetryDelay, now);
        }
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (!IsDone && _deadline.IsOver(now))
        {
            if (Phase is UnitPhase.StopSignal)
            {
                Enter(UnitPhase.StopSignal, now);
            }
            else
            {
                Next(now);
            }
        }
    }

    private void Next(DateTimeOffset now)
    {
        if (Phase is UnitPhase.StopPost)
        {
            IsDone = true;
        }
        else
        {
            Enter(Phase is UnitPhase.Stop ? UnitPhase.StopSignal : UnitPhase.StopPost, now);
        }
    }

    private void Enter(UnitPhase phase, DateTimeOffset now)
    {
        _sequence = null;
        if (phase is UnitPhase.Stop && (_definition is null || _run is null))
        {
            phase = UnitPhase.StopSignal;
        }

        Phase = phase is UnitPhase.StopSignal && !_container.Runs ? UnitPhase.StopPost : phase;
        if (Phase is UnitPhase.StopSignal)
        {
            var limit = _limit ?? (_definition is null ? DefaultStopTime : _definition.Service.TimeoutStop);
            _deadline = new PatientDeadline((limit ?? LongestStop) + DockerPatience, now);
            _container.Stop(limit ?? TimeSpan.MaxValue, _definition is null or { Service.KillSignal: 15 } ? null : SignalName.Of(_definition.Service.KillSignal));
        }
        else if (_definition is null || _run is null)
        {
            IsDone = true;
        }
        else
        {
            _deadline = new PatientDeadline(_definition.Service.TimeoutStop, now);
            _sequence = new CommandSequence(_context, _run, Phase is UnitPhase.Stop ? _definition.Service.Stop : _definition.Service.StopPost, _generation);
            _sequence.Start();
        }
    }
}
