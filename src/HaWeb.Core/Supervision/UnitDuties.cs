using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>What a running unit is to others: a backend of a service, a balancer of services, or neither; and the handshake before it stops.</summary>
public sealed class UnitDuties
{
    private readonly MachineContext _context;
    private readonly UnitName _unit;
    private BackendAdvert? _advert;
    private BalancerDuty? _balancer;
    private BackendDrain? _drain;

    private readonly UnitReport _report;
    private readonly Publication _registration;
    private bool _isKnown;
    private bool _mayBeRegistered;
    private bool _hasForgotten;

    /// <summary>Makes one without any.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="report">What was said of it by an earlier agent.</param>
    public UnitDuties(MachineContext context, UnitName unit, UnitReport report)
    {
        _context = context;
        _unit = unit;
        _report = report;
        _registration = new Publication(context.Keys.Balancer(context.MachineId, unit.FullName));
    }

    /// <summary>The prefix of the services that it balances; null when it balances none.</summary>
    public string? FollowedServices { get; private set; }

    /// <summary>Whether it may start: a balancer needs to know its services first.</summary>
    public bool IsReady => _balancer is null or { IsReady: true };

    /// <summary>The unit as a backend; null when it is none.</summary>
    public BackendAdvert? Advert => _advert;

    /// <summary>Whether the store is known to hold of its backend what it shall.</summary>
    public bool IsConfirmed => _advert is null or { Publication.IsConfirmed: true };

    /// <summary>The file that is put into its container before the start; null for none.</summary>
    public Func<FileInContainer?>? FileBeforeStart => _balancer is null ? null : _balancer.TakeInitialFile;

    /// <summary>The keys that it keeps in the store.</summary>
    public IEnumerable<Publication> Publications
    {
        get
        {
            if (_advert is not null)
            {
                yield return _advert.Publication;
            }

            if (_mayBeRegistered)
            {
                yield return _registration;
            }
        }
    }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_advert?.NextWake, _balancer?.NextWake, _drain?.NextWake);

    /// <summary>Whether no drain is under way, and every probe since then has said what the unit is taken for.</summary>
    public bool IsAtRest(DateTimeOffset since) => _drain?.NextWake is null && _advert?.IsConfirmedSince(since) != false;

    /// <summary>The unit is about to start: none of its containers runs.</summary>
    public void Prepare(UnitDefinition definition, DateTimeOffset now)
    {
        Register(definition, now);
        _balancer?.Stopped(now);
    }

    /// <summary>Its container runs with the file that was put in.</summary>
    public void Started(string container, DateTimeOffset now) => _balancer?.Started(container, now);

    /// <summary>The unit is active.</summary>
    /// <param name="run">The unit as it runs.</param>
    /// <param name="container">Its container, or null.</param>
    /// <param name="adopted">Whether it ran before this agent did.</param>
    /// <param name="now">The time.</param>
    public void Begin(UnitRun run, string? container, bool adopted, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        Register(run.Definition, now);
        if (adopted)
        {
            _balancer?.Adopted(container!, now);
        }

        if (run.Definition.HaWeb.Service is not null)
        {
            _advert ??= new BackendAdvert(_context, run, adopted ? _report.Earlier : null, adopted);
            _advert.Begin(run, container, adopted, now);
        }
    }

    /// <summary>Its options have changed and nothing restarts.</summary>
    public void Change(UnitRun run) => _advert?.Change(run);

    /// <summary>It is to be stopped: its backend is withdrawn, and balancers are waited for.</summary>
    public void BeginDrain(UnitDefinition definition, DateTimeOffset now)
    {
        _drain = new BackendDrain(_context, _advert, definition, now);
        _advert?.Withdraw();
    }

    /// <summary>Whether it may be stopped now.</summary>
    public bool IsDrained()
    {
        _drain?.Advance();
        return _drain is null or { IsDone: true };
    }

    /// <summary>Waits for balancers no longer, and says what was missing.</summary>
    public void EndDrain()
    {
        if (_drain?.Shortfall is { } shortfall)
        {
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit.FullName, shortfall));
        }

        _drain?.End();
        _drain = null;
    }

    /// <summary>Its container is being stopped.</summary>
    public void Stopping(DateTimeOffset now) => _balancer?.Stopping(now);

    /// <summary>What remained of its stop is done: no nginx of it runs.</summary>
    public void Stopped(DateTimeOffset now) => _balancer?.Stopped(now);

    /// <summary>Its container has ended.</summary>
    public void Ended(DateTimeOffset now)
    {
        _advert?.Withdraw();
        _balancer?.Stopped(now);
    }

    /// <summary>The unit has left: none of its keys shall remain, of an earlier agent neither. It may come back.</summary>
    public void Retire()
    {
        _advert?.Withdraw();
        _balancer?.Retire();
        _balancer = null;
        _mayBeRegistered |= !_isKnown;
        _registration.Desired = null;
        Forget();
    }

    /// <summary>News of a followed prefix.</summary>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
        _balancer?.Followed(prefix, update, now);
        _drain?.Followed(prefix, update);
    }

    /// <summary>One of its keys is confirmed in the store.</summary>
    public void Confirmed() => _balancer?.Advance();

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now) => (_advert?.Answer(answer, now) ?? false) || (_balancer?.Answer(answer, now) ?? false);

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        _advert?.Woke(now);
        _balancer?.Woke(now);
        _drain?.Woke(now);
    }

    /// <summary>What a balancer served is kept no longer.</summary>
    private void Forget()
    {
        if (_mayBeRegistered && !_hasForgotten)
        {
            _hasForgotten = true;
            _context.Outbox.Add(new Effect.WriteState(_context.Outbox.NextId(), BalancerMemory.FileOf(_unit.FullName), null));
        }
    }

    private void Register(UnitDefinition definition, DateTimeOffset now)
    {
        _isKnown = true;
        if (definition.HaWeb.LoadBalancer.Count > 0)
        {
            _mayBeRegistered = true;
            _hasForgotten = false;
            _balancer ??= new BalancerDuty(_context, _unit, definition.HaWeb, _registration, now);
            FollowedServices = _balancer.Prefix;
        }
    }
}
