using HaWeb.Core.Effects;

namespace HaWeb.Core.Supervision;

/// <summary>One reload of a unit that runs on: its ExecReload commands, within TimeoutStartSec, as systemd has it.</summary>
public sealed class UnitReload : IUnitActivity
{
    private readonly CommandSequence _sequence;
    private readonly TimeSpan? _limit;
    private readonly PatientDeadline _deadline;

    /// <summary>Begins.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="run">The unit as it runs.</param>
    /// <param name="process">The number of the process that is the unit; null when it is none.</param>
    /// <param name="generation">The create revision of its placement.</param>
    /// <param name="number">The reload number that it carries out.</param>
    /// <param name="resumed">Where an earlier agent left it; null when it begins.</param>
    /// <param name="now">The time.</param>
    public UnitReload(MachineContext context, UnitRun run, int? process, long generation, int number, ResumedStep? resumed, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var service = run.Definition.Service;
        Number = number;
        _limit = service.TimeoutStart;
        _deadline = new PatientDeadline(_limit, now);
        _sequence = new CommandSequence(context, run.With(ServiceVariables.OfProcess(process)), service.Reload, generation) { Succeeds = service.SuccessExitStatus.Contains };
        if (resumed is null)
        {
            _sequence.Start();
        }
        else
        {
            _sequence.Resume(resumed.Step, resumed.Running);
        }
    }

    /// <summary>The reload number that it carries out.</summary>
    public int Number { get; }

    /// <summary>Whether it is over.</summary>
    public bool IsDone => _sequence.IsDone || Failure is not null;

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Failure { get => field ?? _sequence.Failure; private set; }

    /// <inheritdoc/>
    public int Step => Math.Max(_sequence.Step, 0);

    /// <inheritdoc/>
    public string? Started => _sequence.Started;

    /// <inheritdoc/>
    public DateTimeOffset? NextWake => IsDone ? null : _deadline.NextWake;

    /// <inheritdoc/>
    public void DockerIsBack() => _sequence.DockerIsBack();

    /// <inheritdoc/>
    public void ContainerExited(string container, long exitCode) => _sequence.ContainerExited(container, exitCode);

    /// <inheritdoc/>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        var isOwn = _sequence.Answer(answer);
        Advance(now);
        return isOwn;
    }

    /// <summary>What waits for Docker waits for as long as it takes.</summary>
    public void Advance(DateTimeOffset now) => _deadline.Pause(_sequence.WaitsForDocker, now);

    /// <inheritdoc/>
    public void End() => _sequence.End();

    /// <inheritdoc/>
    public void Woke(DateTimeOffset now)
    {
        if (!IsDone && _deadline.IsOver(now))
        {
            Failure = $"ExecReload took longer than {_limit?.TotalSeconds:0.#} s";
        }
    }
}
