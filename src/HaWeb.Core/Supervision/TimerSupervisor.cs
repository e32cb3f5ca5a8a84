using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// A timer on one machine: it waits, and starts its service when it elapses. When it elapses is written down before the service is started. An agent that dies
/// between the two does what systemd, which dies with its machine only, need not: its next one in the same boot starts the run when nothing in Docker or in the
/// store shows that it was begun. So no run is lost but with the machine itself, as in systemd, and one is doubled only when the store and Docker have both
/// forgotten it.
/// </summary>
public sealed class TimerSupervisor : ISupervisedUnit
{
    private readonly MachineContext _context;
    private readonly UnitFileReader _file;
    private readonly TimerMemory _memory;
    private readonly Publication _publication;
    private StatusRecord _status = new();
    private UnitDefinition? _definition;
    private UnitTimer? _timer;
    private DateTimeOffset? _next;
    private TimerState _state;
    private bool? _isServiceIdle;
    private string _reason = "";

    /// <summary>Makes one for a timer that nothing is known of yet.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The timer.</param>
    public TimerSupervisor(MachineContext context, UnitName unit)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(unit);
        _context = context;
        Unit = unit;
        _file = new UnitFileReader(context, unit);
        _memory = new TimerMemory(context, unit);
        _publication = new Publication(context.Keys.Status(context.MachineId, unit.FullName));
    }

    /// <inheritdoc/>
    public UnitName Unit { get; }

    /// <inheritdoc/>
    public Versioned<PlacementRecord>? Placement { get; private set; }

    /// <inheritdoc/>
    public bool HasLeft => _state is TimerState.Dead && !IsWanted && Placement is not { Value.State: PlacementState.Stop } && _memory is { IsKnown: true, IsBeingWritten: false };

    /// <inheritdoc/>
    public IEnumerable<Publication> Publications => [_publication];

    /// <inheritdoc/>
    public DateTimeOffset? NextWake => Earliest.Of(_file.NextWake, _memory.NextWake, NextElapse);

    /// <inheritdoc/>
    public DateTimeOffset? NextElapse => _state is TimerState.Waiting ? _next : null;

    private bool IsWanted => Placement is { Value.State: PlacementState.Run };

    private UnitSupervisor? Service => _timer is null ? null : _context.ServiceOf(_timer.Options.Service.FullName);

    /// <inheritdoc/>
    public bool IsAtRest(DateTimeOffset since, bool dockerAnswers) => _state is not TimerState.Stamping;

    /// <inheritdoc/>
    public void Assign(Versioned<PlacementRecord>? placement, DateTimeOffset now)
    {
        Placement = placement;
        _memory.Read(now);
        if (placement is not null)
        {
            _file.Want(placement.Value.Hash, now);
        }

        Proceed(now);
    }

    /// <inheritdoc/>
    public void Look(DateTimeOffset now)
    {
        if (_state is TimerState.Dead or TimerState.Failed || Service is { IsKnown: false })
        {
            return;
        }

        var isIdle = Service is not { IsIdle: false };
        var isFirst = _isServiceIdle is null;
        if (isIdle == _isServiceIdle)
        {
            return;
        }

        _isServiceIdle = isIdle;
        if (isFirst)
        {
            Resume(isIdle, now);
        }
        else
        {
            var memory = _memory.Record!;
            _memory.Keep(isIdle ? memory with { ServiceEnded = now, IsRunning = _state is TimerState.Stamping } : memory with { ServiceStarted = now }, now);
            if (_state is not TimerState.Stamping && (isIdle || _state is not TimerState.Running))
            {
                Wait(now);
            }
        }

        Publish(now);
    }

    /// <inheritdoc/>
    public bool Retire()
    {
        // As in systemd the stamp of a persistent timer outlives it.
        if (_timer is { Options.Persistent: false })
        {
            _memory.Forget();
        }

        _publication.Desired = null;
        return _publication.IsConfirmed;
    }

    /// <inheritdoc/>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        var own = _file.Answer(answer, now) || _memory.Answer(answer);
        if (own)
        {
            Proceed(now);
        }

        return own;
    }

    /// <inheritdoc/>
    public void Woke(DateTimeOffset now)
    {
        if (!(NextWake <= now))
        {
            return;
        }

        _file.Woke(now);
        _memory.Woke(now);
        Proceed(now);
    }

    private void Proceed(DateTimeOffset now)
    {
        if (!_memory.IsKnown || (IsWanted && _timer is null && _file is { Definition: null, Problem: null }))
        {
            return;
        }

        if (!IsWanted)
        {
            Deactivate(now);
        }
        else if (_file.Problem is { } problem)
        {
            Enter(TimerState.Failed, problem);
        }
        else if (_file.Definition is null)
        {
            // Until its new file is here it goes by the one before.
        }
        else if (_state is TimerState.Dead or TimerState.Failed || _memory.Record!.Restart != Placement!.Value.Restart || _memory.Record.Generation != Placement.CreateRevision)
        {
            Activate(now);
        }
        else if (_file.Definition != _definition)
        {
            Take(_file.Definition!);
            if (_state is TimerState.Waiting or TimerState.Elapsed)
            {
                Wait(now);
            }
        }

        if (_state is TimerState.Waiting && _next <= now)
        {
            Elapse(now);
        }

        if (_state is TimerState.Stamping && !_memory.IsBeingWritten)
        {
            StartService(now);
        }

        Publish(now);
    }

    private void Take(UnitDefinition definition)
    {
        _definition = definition;
        _timer = new UnitTimer(Unit, definition.Timer!, _context.Facts);
    }

    private void Activate(DateTimeOffset now)
    {
        Take(_file.Definition!);
        _isServiceIdle = null;
        var (generation, restart) = (Placement!.CreateRevision, Placement.Value.Restart);
        if (!_timer!.GoesOn(_memory.Record, generation, restart))
        {
            _memory.Keep(_timer.Activate(_memory.Record, generation, restart, now), now);
        }

        if (_memory.Record!.IsRunning)
        {
            Enter(TimerState.Running);
        }
        else
        {
            Wait(now);
        }

        Look(now);
    }

    /// <summary>The service is seen for the first time since the timer is active: a run that an earlier agent began, or was to, is taken up.</summary>
    private void Resume(bool isIdle, DateTimeOffset now)
    {
        var memory = _memory.Record!;
        if (memory.IsRunning && isIdle && Service is { } service && service.Trigger != memory.Last)
        {
            StartService(now);
        }
        else if (isIdle && memory.IsRunning)
        {
            _memory.Keep(memory with { IsRunning = false, ServiceEnded = now }, now);
            Wait(now);
        }
        else if (!isIdle && memory.ServiceStarted is null)
        {
            _memory.Keep(memory with { ServiceStarted = now }, now);
            if (_state is not TimerState.Running)
            {
                Wait(now);
            }
        }
    }

    private void Deactivate(DateTimeOffset now)
    {
        if (_memory.Record is { Activated: not null } record)
        {
            _memory.Keep(record with { Activated = null, IsRunning = false, Last = record.Last ?? record.Activated }, now);
        }

        Enter(TimerState.Dead);
    }

    private void Wait(DateTimeOffset now)
    {
        _next = _timer!.NextElapse(_memory.Record!, now);
        Enter(_next is not null ? TimerState.Waiting : _timer.Options.RemainAfterElapse || _timer.MayElapseAgain ? TimerState.Elapsed : TimerState.Done, _reason);
    }

    private void Elapse(DateTimeOffset now)
    {
        Enter(TimerState.Stamping);
        _memory.Keep(_memory.Record! with { Last = now, IsRunning = true }, now);
    }

    private void StartService(DateTimeOffset now)
    {
        Enter(TimerState.Running);
        var service = Service;
        var wasIdle = service is { IsIdle: true };
        if (service?.Start(_memory.Record!.Last!.Value, now) == true)
        {
            // What runs already is left alone, and elapsing has done nothing.
            _isServiceIdle = wasIdle;
            if (service.IsIdle)
            {
                RunEnded(now);
            }
            else
            {
                Look(now);
            }
        }
        else
        {
            _reason = $"did not start {_timer!.Options.Service}, which has no place on this machine";
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, Unit.FullName, _reason));
            RunEnded(now);
        }
    }

    private void RunEnded(DateTimeOffset now)
    {
        _memory.Keep(_memory.Record! with { IsRunning = false, ServiceEnded = now }, now);
        Wait(now);
    }

    private void Enter(TimerState state, string reason = "")
    {
        _state = state;
        _reason = reason;
    }

    private void Publish(DateTimeOffset now)
    {
        var (active, sub) = _state switch
        {
            TimerState.Waiting => ("active", "waiting"),
            TimerState.Stamping or TimerState.Running => ("active", "running"),
            TimerState.Elapsed => ("active", "elapsed"),
            TimerState.Failed => ("failed", "failed"),
            _ => ("inactive", "dead"),
        };
        _status = _status with
        {
            Load = _state is TimerState.Failed ? "bad-setting" : "loaded",
            Active = active,
            Sub = sub,
            Since = active == _status.Active && _status.Since != default ? _status.Since : now,
            Generation = Placement?.CreateRevision ?? 0,
            Hash = IsWanted && _definition is not null && _state is not TimerState.Failed ? _definition.Hash : Placement?.Value.Hash ?? "",
            Restart = Placement?.Value.Restart ?? 0,
            Reason = _reason,
            Last = _state switch
            {
                TimerState.Dead or TimerState.Failed => null,

                // Whoever reads of it shall find the service started.
                TimerState.Stamping => _status.Last,
                _ => _memory.Record?.Last,
            },
            Next = NextElapse,
        };
        _publication.Desired = RecordCodec.Write(_status);
    }
}
