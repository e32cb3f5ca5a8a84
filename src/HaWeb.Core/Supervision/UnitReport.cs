using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>What the machine tells the cluster about a unit: its <see cref="StatusRecord"/>, in systemd's terms.</summary>
public sealed class UnitReport
{
    private readonly StatusRecord? _earlier;
    private long _outputRequest;
    private bool _restarts;
    private StatusRecord _status;

    // What Publication.Desired is the text of: it is asked for after every step.
    private StatusRecord? _written;

    /// <summary>Makes one.</summary>
    /// <param name="key">The status key.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="earlier">What an earlier agent of this machine said, or null.</param>
    public UnitReport(string key, UnitName unit, StatusRecord? earlier)
    {
        Unit = unit;
        Publication = new Publication(key);
        _earlier = earlier;
        _status = new StatusRecord { Restarts = earlier?.Restarts ?? 0, ExitCode = earlier?.ExitCode, Restart = earlier?.Restart ?? 0 };
    }

    /// <summary>The unit.</summary>
    public UnitName Unit { get; }

    /// <summary>The status key.</summary>
    public Publication Publication { get; }

    /// <summary>What an earlier agent, or this one, said last.</summary>
    public StatusRecord? Last => Publication.Desired is null ? _earlier : _status;

    /// <summary>What an earlier agent said, or null.</summary>
    public StatusRecord? Earlier => _earlier;

    /// <summary>It acts for this placement from now on: what is counted in a placement begins anew, also for a unit that comes back while it leaves.</summary>
    /// <param name="generation">The create revision of the placement.</param>
    public void Placed(long generation)
    {
        if (Last?.Generation != generation)
        {
            _status = _status with { Restarts = 0, ExitCode = null };
        }
    }

    /// <summary>Says why the unit is as it is.</summary>
    /// <param name="reason">The reason, for people.</param>
    /// <param name="failure">What kind of failure it is, where that has a name.</param>
    public void Say(string reason, string? failure = null) => _status = _status with { Reason = reason, Failure = failure };

    /// <summary>It is to start and may not yet: how its last run ended is no verdict on the next one.</summary>
    public void Waits(string reason) => _status = _status with { Reason = reason, Failure = null, ExitCode = null };

    /// <summary>A reason that was said holds no longer; another one that was said meanwhile stays.</summary>
    public void TakeBack(string reason) => _status = _status.Reason == reason ? _status with { Reason = "" } : _status;

    /// <summary>Its file cannot be used.</summary>
    public void BadSetting(string reason) => _status = _status with { Load = "bad-setting", Reason = reason };

    /// <summary>A new run begins: what was said of the last one is over. How that one ended still tells something where it is started again by itself.</summary>
    public void Starting()
    {
        _status = _status with { Load = "loaded", ExitCode = _restarts ? _status.ExitCode : null, Reason = "", Failure = null, Output = null };
        _restarts = false;
    }

    /// <summary>A new container runs.</summary>
    public void Started(string container) => _status = _status with { Container = container, Reason = "", Failure = null, Output = null };

    /// <summary>A container that ran already is taken over.</summary>
    public void Adopted(string container)
    {
        var same = _earlier?.Container == container;
        _status = _status with
        {
            Load = "loaded",
            Reason = _status.Load == "loaded" ? _status.Reason : "",
            Container = container,
            Active = same ? _earlier!.Active : "inactive",
            Since = same ? _earlier!.Since : default,
        };
    }

    /// <summary>A reload is over.</summary>
    /// <param name="failure">Why it failed; null when it did not.</param>
    public void Reloaded(string? failure)
    {
        if (failure is not null)
        {
            Say($"it runs on as before, since its reload failed: {failure}", StatusRecord.ReloadFailed);
        }
        else if (_status.Failure is StatusRecord.ReloadFailed)
        {
            Say("");
        }
    }

    /// <summary>The container has ended.</summary>
    public void Ended(long exitCode) => _status = _status with { ExitCode = exitCode };

    /// <summary>The supervisor starts it again.</summary>
    public void Restarting(UnitEnd end)
    {
        _restarts = true;
        _status = _status with { Restarts = _status.Restarts + 1, Reason = end.Reason, Failure = end.Failure };
    }

    /// <summary>Asks what an ended container or process printed last.</summary>
    public void AskForOutput(Outbox outbox, string? container)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        if (container is not null)
        {
            _outputRequest = outbox.NextId();
            outbox.Add(ProcessId.Is(container)
                ? new Effect.Process(_outputRequest, new ProcessRequest.Tail(Unit.FullName, 1))
                : new Effect.Docker(_outputRequest, new DockerRequest.Tail(container, 1)));
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer)
    {
        if (answer.Id != _outputRequest || _outputRequest == 0)
        {
            return false;
        }

        _outputRequest = 0;
        _status = answer switch
        {
            Event.DockerAnswered { Result: DockerResult.Printed { Lines: [.., var last] } } => _status with { Output = last },
            Event.ProcessAnswered { Result: ProcessResult.Printed { Lines: [.., var last] } } => _status with { Output = last },
            _ => _status,
        };

        return true;
    }

    /// <summary>Writes down where the unit is.</summary>
    /// <param name="phase">Its phase.</param>
    /// <param name="assignment">What it has carried out.</param>
    /// <param name="hash">The hash of the file that runs.</param>
    /// <param name="advert">The unit as a backend; null when it is none.</param>
    /// <param name="now">The time.</param>
    public void Update(UnitPhase phase, UnitAssignment assignment, string hash, BackendAdvert? advert, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        var (active, sub) = Name(phase);
        _status = _status with
        {
            Active = active,
            Sub = sub,
            Since = active == _status.Active && _status.Since != default ? _status.Since : now,
            Generation = assignment.Generation,
            Hash = hash,
            Restart = assignment.Restart,
            Reload = assignment.Reload,
            Trigger = assignment.Trigger,
            Healthy = advert?.Healthy,
            HealthySince = advert?.Verdict?.Since,
            HealthError = advert?.Verdict?.Error,
            HealthLatency = advert?.Verdict?.Latency,
            Flaps = advert?.Verdict?.Flaps ?? 0,
            Withdrawn = advert?.Withdrawn,
            Container = phase is UnitPhase.Dead ? null : _status.Container,
        };
        if (Publication.Desired is null || _status != _written)
        {
            _written = _status;
            Publication.Desired = RecordCodec.Write(_status);
        }
    }

    private static (string Active, string Sub) Name(UnitPhase phase) => phase switch
    {
        UnitPhase.Condition => ("activating", "condition"),
        UnitPhase.StartPre => ("activating", "start-pre"),
        UnitPhase.Start => ("activating", "start"),
        UnitPhase.StartPost => ("activating", "start-post"),
        UnitPhase.Running => ("active", "running"),
        UnitPhase.Exited => ("active", "exited"),
        UnitPhase.Reload => ("reloading", "reload"),
        UnitPhase.Draining => ("deactivating", "draining"),
        UnitPhase.Stop => ("deactivating", "stop"),
        UnitPhase.StopSignal => ("deactivating", "stop-sigterm"),
        UnitPhase.StopPost => ("deactivating", "stop-post"),
        UnitPhase.FinalSignal => ("deactivating", "final-sigterm"),
        UnitPhase.Removing => ("deactivating", "final-sigkill"),
        UnitPhase.AutoRestart => ("activating", "auto-restart"),
        UnitPhase.Failed => ("failed", "failed"),
        _ => ("inactive", "dead"),
    };
}
