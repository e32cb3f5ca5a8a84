using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>One start of a unit: its files of variables, ExecCondition, ExecStartPre, ExecStart and ExecStartPost, all within TimeoutStartSec.</summary>
public sealed class UnitStart : IUnitActivity
{
    private readonly MachineContext _context;
    private readonly UnitDefinition _definition;
    private readonly UnitDuties _duties;
    private readonly long _generation;
    private readonly int _restart;
    private readonly VariableFiles _variables;
    private readonly PatientDeadline _deadline;
    private ResumedStep? _resumed;
    private CommandSequence? _sequence;
    private string? _container;

    /// <summary>Begins.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="definition">The unit.</param>
    /// <param name="duties">What it is to others.</param>
    /// <param name="generation">The create revision of its placement.</param>
    /// <param name="restart">The restart number that it carries out.</param>
    /// <param name="resumed">Where an earlier agent left it; null for a new start.</param>
    /// <param name="now">The time.</param>
    public UnitStart(
        MachineContext context, UnitDefinition definition, UnitDuties duties, long generation, int restart, ResumedStep? resumed, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _context = context;
        _definition = definition;
        _duties = duties;
        _generation = generation;
        _restart = restart;
        _variables = new VariableFiles(context, definition, now);
        _deadline = new PatientDeadline(definition.Service.TimeoutStart, now);
        _resumed = resumed;
        Phase = resumed?.Phase ?? (definition.Service.Condition.Count > 0 ? UnitPhase.Condition : UnitPhase.StartPre);
        if (Phase is UnitPhase.StartPost && resumed?.Main is { } main)
        {
            (_container, Number, ExitCode) = (main.Id, main.Number, main.Running ? null : main.ExitCode ?? 0);
        }
    }

    /// <summary>Where it is, from <see cref="UnitPhase.Condition"/> to <see cref="UnitPhase.StartPost"/>.</summary>
    public UnitPhase Phase { get; private set; }

    /// <summary>When the timer elapsed that asked for it; null when none did.</summary>
    public DateTimeOffset? Trigger { get; init; }

    /// <summary>The unit as it runs; null until its variables are read.</summary>
    public UnitRun? Run { get; private set; }

    /// <summary>The container that it has made so far, or null.</summary>
    public string? Container => Phase is UnitPhase.Start ? _sequence?.Container ?? _container : _container ?? _sequence?.Container;

    /// <summary>The number of the process that is the unit; null when it is none.</summary>
    public int? Number { get; private set; }

    /// <summary>The exit code of the container, where ExecStart has ended with it; null while it runs.</summary>
    public long? ExitCode { get; private set; }

    /// <summary>Why it failed, or null.</summary>
    public UnitEnd? Failure { get; private set; }

    /// <summary>Whether everything has been done.</summary>
    public bool IsDone { get; private set; }

    /// <inheritdoc/>
    public int Step => Math.Max(_sequence?.Step ?? 0, 0);

    /// <inheritdoc/>
    public string? Started => _sequence?.Started;

    /// <inheritdoc/>
    public DateTimeOffset? NextWake => Earliest.Of(Failure is null ? _deadline.NextWake : null, _variables.NextWake);

    /// <summary>Goes on as far as nothing has to be waited for.</summary>
    public void Advance(DateTimeOffset now)
    {
        if (Run is null && !ReadVariables())
        {
            return;
        }

        while (!IsDone && Failure is null)
        {
            var sequence = _sequence ??= Sequence();
            if (!sequence.HasStarted && (Phase is not UnitPhase.Start || _duties.IsReady))
            {
                if (_resumed is { } resumed)
                {
                    _resumed = null;
                    sequence.Resume(resumed.Step, resumed.Running);
                }
                else
                {
                    sequence.Start();
                }
            }

            // What the store has to say first does not count either.
            _deadline.Pause(sequence.IsPulling || sequence.WaitsForDocker || !sequence.HasStarted, now);
            if (sequence.Failure is { } failure)
            {
                ExitCode = Phase is UnitPhase.Start ? sequence.ExitCode : null;
                Failure = new UnitEnd(
                    failure,
                    sequence.FailedWith,
                    IsOfCommand: Phase is not UnitPhase.Start,
                    IsSkipped: Phase is UnitPhase.Condition && sequence.FailedWith is < 255 and not (> 128 and < 128 + 65),
                    IsOfContainer: !sequence.RunsProcess,
                    Failure: sequence.LacksImage ? StatusRecord.ImageNotFound : null);
            }
            else if (!sequence.IsDone)
            {
                return;
            }
            else
            {
                Next(sequence);
            }
        }
    }

    /// <summary>Whether it is at what is all of a one-shot's run.</summary>
    public bool IsWholeRun => Phase is UnitPhase.Start && _definition.Service.Type is ServiceType.OneShot;

    /// <summary>Whether it was given up: it never goes on, even if the unit is wanted again before all that is under way has been answered.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Begins nothing more.</summary>
    /// <returns>Whether nothing is under way whose outcome has to be known.</returns>
    public bool Abandon()
    {
        IsAbandoned = true;
        _sequence?.Cancel();
        return _sequence is null or { IsBusy: false };
    }

    /// <inheritdoc/>
    public void End() => _sequence?.End();

    /// <inheritdoc/>
    public void DockerIsBack() => _sequence?.DockerIsBack();

    /// <inheritdoc/>
    public void ContainerExited(string container, long exitCode) => _sequence?.ContainerExited(container, exitCode);

    /// <inheritdoc/>
    public bool Answer(Event.Answer answer, DateTimeOffset now) => _variables.Answer(answer, now) || (_sequence?.Answer(answer) ?? false);

    /// <inheritdoc/>
    public void Woke(DateTimeOffset now)
    {
        _variables.Woke(now);
        if (_deadline.IsOver(now) && Failure is null)
        {
            Failure = new UnitEnd($"it did not start within {_definition.Service.TimeoutStart?.TotalSeconds:0.#} s", TimedOut: true);
        }
    }

    private bool ReadVariables()
    {
        if (_variables.Problem is { } problem)
        {
            Failure = new UnitEnd(problem);
        }
        else if (_variables.IsDone)
        {
            Run = UnitRun.Of(_context, _definition, _variables.Variables) with { Trigger = Trigger };
        }

        return Run is not null;
    }

    private CommandSequence Sequence()
    {
        var service = _definition.Service;
        return Phase switch
        {
            UnitPhase.Condition => new CommandSequence(_context, Run!, service.Condition, _generation, restart: _restart) { Succeeds = service.SuccessExitStatus.Contains },
            UnitPhase.StartPre => new CommandSequence(_context, Run!, service.StartPre, _generation, restart: _restart) { Succeeds = service.SuccessExitStatus.Contains },
            UnitPhase.Start => new CommandSequence(_context, Run!, service.Start, _generation, isMain: true, _restart)
            {
                BeforeStart = _duties.FileBeforeStart,
                Succeeds = code => new UnitEnd("", code, IsOfContainer: service.Start is [{ IsDocker: true }, ..]).IsClean(service),
            },
            _ => new CommandSequence(_context, Run!.With(ServiceVariables.OfProcess(Number)), service.StartPost, _generation, restart: _restart) { Succeeds = service.SuccessExitStatus.Contains },
        };
    }

    private void Next(CommandSequence ended)
    {
        _sequence = null;
        switch (Phase)
        {
            case UnitPhase.Condition:
                Phase = UnitPhase.StartPre;
                break;
            case UnitPhase.StartPre:
                Phase = UnitPhase.Start;
                break;
            case UnitPhase.Start:
                _container = ended.Container;
                Number = ended.Number;
                ExitCode = ended.ExitCode ?? (ended.Container is null ? 0 : null);
                IsDone = ExitCode is { } code && !(_definition.Service.Type == ServiceType.OneShot && UnitEnd.Of(ended.Container ?? "", code).IsClean(_definition.Service));
                Phase = UnitPhase.StartPost;
                break;
            default:
                IsDone = true;
                break;
        }
    }
}
