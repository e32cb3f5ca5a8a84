using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;

namespace HaWeb.Core.Supervision;

/// <summary>
/// A unit as a backend of its service: probes it, and keeps its key in the store while its probes pass (rule 5). A unit that was adopted keeps the key
/// it has until its probes say otherwise.
/// </summary>
public sealed class BackendAdvert
{
    private readonly MachineContext _context;
    private UnitRun _run;
    private HealthTracker? _health;
    private string? _container;
    private bool _hasNoPort;
    private DateTimeOffset _begun;

    /// <summary>Makes one for a unit with a service.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="run">The unit as it runs.</param>
    /// <param name="key">The backend's key.</param>
    public BackendAdvert(MachineContext context, UnitRun run, BackendKey key)
    {
        _context = context;
        _run = run;
        Key = key;
    }

    /// <summary>The backend's key.</summary>
    public BackendKey Key { get; }

    /// <summary>Whether its probes pass; false when it cannot be probed, null while no verdict is there.</summary>
    public bool? Healthy => _hasNoPort ? false : _health?.Healthy;

    /// <summary>The revision at which its key was withdrawn, 0 when nobody can have seen it; null while it is in the store or may be.</summary>
    public long? Withdrawn => Key.Withdrawn;

    /// <summary>What made it healthy or unhealthy; null while there is no verdict.</summary>
    public HealthVerdict? Verdict => _hasNoPort ? new HealthVerdict(_begun, "no port to probe: publish one with -p, or say Port=", null, 0) : _health?.Verdict;

    /// <summary>Whether a probe that was sent at that time or later has said again what the unit is taken for; true when it is not probed.</summary>
    public bool IsConfirmedSince(DateTimeOffset since) => _health?.IsConfirmedSince(since) != false;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _health?.NextProbe;

    private Publication Publication => Key.Publication;

    /// <summary>The unit is active: probing begins.</summary>
    /// <param name="run">The unit as it runs.</param>
    /// <param name="container">Its container.</param>
    /// <param name="adopted">Whether it ran before this agent did: then its key is left as it is until its probes have said something.</param>
    /// <param name="now">The time.</param>
    public void Begin(UnitRun run, string? container, bool adopted, DateTimeOffset now)
    {
        _run = run;
        _container = container;
        _begun = now;
        Key.Follow();
        Probe(adopted: false, now);
        if (!adopted)
        {
            Publication.Desired = null;
        }

        Woke(now);
    }

    /// <summary>Its options have changed and nothing restarts: what was healthy counts as healthy until probes have failed.</summary>
    public void Change(UnitRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var isOtherProbe = run.Probe(_container) != _run.Probe(_container) || HealthPolicy.From(run.Definition.HaWeb) != HealthPolicy.From(_run.Definition.HaWeb);
        _run = run;
        if (Publication.Desired is not null)
        {
            Publication.Desired = run.Backend?.ToString();
        }

        if (isOtherProbe)
        {
            Probe(adopted: Healthy == true, now);
            Woke(now);
        }
    }

    /// <summary>It is a backend no longer: it stops, or has ended.</summary>
    public void Withdraw()
    {
        _health = null;
        Publication.Desired = null;
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer is not Event.Probed probed || _health is null || !_health.Expects(probed.Id))
        {
            return false;
        }

        if (_health.Probed(probed.Id, probed.Passed, probed.Error, probed.Latency, now))
        {
            Judged();
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (_health is null || _health.NextProbe > now || _run.Probe(_container) is not { } probe)
        {
            return;
        }

        var id = _context.Outbox.NextId();
        _context.Outbox.Add(new Effect.Probe(id, probe));
        if (_health.Sent(id, now))
        {
            Judged();
        }
    }

    private void Probe(bool adopted, DateTimeOffset now)
    {
        var unit = _run.Definition;
        _hasNoPort = _run.Probe(_container) is null;
        _health = _hasNoPort ? null : new HealthTracker(unit.Name.FullName, HealthPolicy.From(unit.HaWeb), adopted, now);
        if (_hasNoPort)
        {
            Publication.Desired = null;
            _context.Outbox.Add(new Effect.Report(
                ReportSeverity.Error, unit.Name.FullName, $"has Service={unit.HaWeb.Service} and no port: publish one with -p, or say Port="));
        }
    }

    private void Judged()
    {
        var healthy = _health!.Healthy == true;
        Publication.Desired = healthy ? _run.Backend?.ToString() : null;
        _context.Outbox.Add(new Effect.Report(
            healthy ? ReportSeverity.Information : ReportSeverity.Warning,
            _run.Definition.Name.FullName,
            (healthy ? $"is healthy and serves {_run.Definition.HaWeb.Service} at {_run.Backend}" : $"is unhealthy: {_health.LastError}")
                + (_health.Verdict is { Flaps: > 0 and var flaps } ? $"; it flaps ({flaps} times within five minutes) and has to pass longer each time" : "")));
    }
}
