using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>What a running unit is to others: a backend of a service, a balancer of services, or neither; and the handshake before it stops.</summary>
public sealed class UnitDuties
{
    // Balancers of machines that lost their leases at the same time have registered by then, if they are back too.
    private static readonly TimeSpan TimeToRegister = TimeSpan.FromSeconds(5);

    private readonly MachineContext _context;
    private readonly UnitName _unit;
    private readonly UnitReport _report;
    private readonly Publication _registration;

    // The keys that the unit has or had as a backend: one that was of another service before must be drained there too.
    private readonly List<BackendKey> _keys = [];
    private readonly List<BackendDrain> _drains = [];
    private BackendAdvert? _advert;
    private BackendSearch? _search;
    private BalancerDuty? _balancer;
    private AddressHandover? _handover;
    private string _addressReason = "";
    private (TimeSpan Timeout, DateTimeOffset Deadline)? _drain;

    // Until when balancers may serve it that nobody can wait for yet: it ran through the loss of its machine's lease.
    private DateTimeOffset? _mayBeServedUntil;
    private bool _isWithdrawn;
    private bool _isKnown;
    private bool _mayBeRegistered;
    private bool _hasForgotten;
    private bool _hasLooked;

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

    /// <summary>Whether it may start: a balancer needs to know its services first.</summary>
    public bool IsReady => _balancer is null or { IsReady: true };

    /// <summary>The unit as a backend; null when it is none.</summary>
    public BackendAdvert? Advert => _advert;

    /// <summary>Whether the store is known to hold of its backends what it shall.</summary>
    public bool IsConfirmed => _search is null && _keys.TrueForAll(key => key.Publication.IsConfirmed);

    /// <summary>The file that is put into its container before the start; null for none.</summary>
    public Func<FileInContainer?>? FileBeforeStart => _balancer is null ? null : _balancer.TakeInitialFile;

    /// <summary>The keys that it keeps in the store.</summary>
    public IEnumerable<Publication> Publications
    {
        get
        {
            foreach (var key in _keys)
            {
                yield return key.Publication;
            }

            if (_mayBeRegistered)
            {
                yield return _registration;
            }
        }
    }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_advert?.NextWake, _balancer?.NextWake, _search?.NextWake, IsDrainDone ? null : _drain?.Deadline, _drain is null ? null : _mayBeServedUntil);

    private bool IsDrainDone => _search is null && _drains.TrueForAll(drain => drain.IsDone) && _handover is null or { IsDone: true };

    /// <summary>Whether no drain is under way, and every probe since then has said what the unit is taken for.</summary>
    public bool IsAtRest(DateTimeOffset since) => IsDrainDone && _advert?.IsConfirmedSince(since) != false && _balancer?.IsConfirmedSince(since) != false;

    /// <summary>The unit is about to start: none of its containers runs.</summary>
    public void Prepare(UnitDefinition definition, DateTimeOffset now)
    {
        Balance(definition, container: null, now);
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
        _hasLooked = true;
        Balance(run.Definition, adopted ? container : null, now);
        if (adopted)
        {
            _balancer?.Adopted(container!, now);
            _mayBeServedUntil = _report.Earlier is null && run.Definition.HaWeb.Service is not null ? now + TimeToRegister : null;
        }

        _context.Addresses.Want(_unit.FullName, run.VirtualIP);
        Advertise(run, container, adopted, now);
    }

    /// <summary>A container was found running, and its file cannot be read: what it is to others stays as it is, until it ends or is stopped.</summary>
    public void BeginUnknown(DateTimeOffset now)
    {
        _isWithdrawn = false;
        _search ??= new BackendSearch(_context, _unit.NameWithoutSuffix, now);
    }

    /// <summary>
    /// Nothing of the unit runs: what an earlier agent advertised of it, whose end nobody saw, is looked for once and withdrawn; and what that agent said of it
    /// as a balancer goes, since nobody would keep it true and every stop would wait for it.
    /// </summary>
    /// <param name="definition">The unit; null while its file is not known.</param>
    /// <param name="now">The time.</param>
    public void NothingRuns(UnitDefinition? definition, DateTimeOffset now)
    {
        if (!_isKnown && _report.Earlier is not null && definition is { HaWeb.LoadBalancer.Count: > 0 })
        {
            (_isKnown, _mayBeRegistered) = (true, true);
            _registration.Desired = null;
        }

        if (!_hasLooked && _report.Earlier is { Withdrawn: null })
        {
            _isWithdrawn = true;
            _search ??= new BackendSearch(_context, _unit.NameWithoutSuffix, now);
        }

        _hasLooked = true;
    }

    /// <summary>Its options have changed and nothing restarts.</summary>
    /// <param name="run">The unit as it runs.</param>
    /// <param name="container">Its container that runs; null when none does.</param>
    /// <param name="now">The time.</param>
    public void Change(UnitRun run, string? container, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var wasBalancer = _balancer is not null;
        Balance(run.Definition, container, now);
        if (!wasBalancer && container is not null)
        {
            _balancer?.Adopted(container, now);
        }

        _context.Addresses.Want(_unit.FullName, run.VirtualIP);
        if (_advert is not null && run.Definition.HaWeb.Service is not null && _advert.Key.Publication.Key == BackendKey.Of(_context, run.Definition))
        {
            _advert.Change(run, now);
        }
        else
        {
            Advertise(run, container, adopted: false, now);
        }
    }

    /// <summary>It is to be stopped: its backend is withdrawn, and balancers are waited for.</summary>
    /// <param name="definition">The unit; null when its file cannot be read.</param>
    /// <param name="now">The time.</param>
    public void BeginDrain(UnitDefinition? definition, DateTimeOffset now)
    {
        var timeout = (definition?.HaWeb ?? new HaWebOptions()).DrainTimeout;
        _drain = (timeout, now + timeout);
        _keys.ForEach(Drain);
        Withdraw();
        if (_balancer?.Address is { Address: var address })
        {
            _handover ??= new AddressHandover(_context, _unit.FullName, address, timeout, now + timeout);
        }
    }

    /// <summary>Whether it may be stopped now.</summary>
    public bool IsDrained(DateTimeOffset now)
    {
        _drains.ForEach(drain => drain.Advance());
        _handover?.Advance();
        _mayBeServedUntil = _mayBeServedUntil <= now ? null : _mayBeServedUntil;
        return _drain is not { } drain || (IsDrainDone && (_mayBeServedUntil is null || drain.Deadline <= now));
    }

    /// <summary>Waits for balancers no longer, and says what was missing.</summary>
    public void EndDrain()
    {
        foreach (var shortfall in _drains.Select(drain => drain.Shortfall).Append(_handover?.Shortfall).OfType<string>())
        {
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit.FullName, shortfall));
        }

        _drains.ForEach(drain => drain.End());
        _drains.Clear();
        _handover?.End();
        _handover = null;
        _drain = null;
    }

    /// <summary>Its container is being stopped.</summary>
    public void Stopping(DateTimeOffset now)
    {
        _context.Addresses.Want(_unit.FullName, null);
        _balancer?.Stopping(now);
    }

    /// <summary>What remained of its stop is done: no nginx of it runs.</summary>
    public void Stopped(DateTimeOffset now)
    {
        _context.Addresses.Want(_unit.FullName, null);
        _balancer?.Stopped(now);
    }

    /// <summary>Its container has ended.</summary>
    public void Ended(DateTimeOffset now)
    {
        Withdraw();
        Stopped(now);
    }

    /// <summary>The unit has left: none of its keys shall remain, of an earlier agent neither. It may come back.</summary>
    public void Retire()
    {
        Withdraw();
        _context.Addresses.Want(_unit.FullName, null);
        _mayBeRegistered |= !_isKnown;
        Unbalance();
    }

    /// <summary>Nothing of the unit remains in the store: its keys are followed no longer.</summary>
    public void End() => _keys.ForEach(key => key.End());

    /// <summary>News of a followed prefix.</summary>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
        _keys.ForEach(key => key.Followed(prefix, update));
        _balancer?.Followed(prefix, update, now);
        _drains.ForEach(drain => drain.Followed(prefix, update));
        _handover?.Followed(prefix, update);
    }

    /// <summary>What this machine is to a shared address has changed, or why it is not.</summary>
    /// <returns>Whether that is news of this unit.</returns>
    public bool AddressesChanged()
    {
        if (_balancer?.TellAddress() != true)
        {
            return false;
        }

        _report.TakeBack(_addressReason);
        _addressReason = _balancer.Address?.Problem is { } problem ? $"serves without its shared address: {problem}" : "";
        if (_addressReason.Length > 0)
        {
            _report.Say(_addressReason);
        }

        return true;
    }

    /// <summary>One of its keys is confirmed in the store.</summary>
    public void Confirmed() => _balancer?.Advance();

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (_search?.Answer(answer, now) == true)
        {
            TakeFound();
            return true;
        }

        return (_advert?.Answer(answer, now) ?? false) || (_balancer?.Answer(answer, now) ?? false);
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        _advert?.Woke(now);
        _balancer?.Woke(now);
        _search?.Woke(now);
        _drains.ForEach(drain => drain.Woke(now));
        _handover?.Woke(now);
        if (_drain?.Deadline <= now && _search is not null)
        {
            _search = null;
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit.FullName, "it is stopped although it could not be found out what it serves"));
        }
    }

    private void Advertise(UnitRun run, string? container, bool adopted, DateTimeOffset now)
    {
        _isWithdrawn = false;
        if (run.Definition.HaWeb.Service is not { } service)
        {
            Withdraw();
            _advert = null;
            return;
        }

        var name = BackendKey.Of(_context, run.Definition);
        var key = _keys.Find(key => key.Publication.Key == name);
        if (key is null)
        {
            _keys.Add(key = new BackendKey(_context, service, name, mayExist: adopted));
            if (_report.Earlier?.Withdrawn is { } withdrawn)
            {
                key.Publication.Resume(withdrawn);
            }
        }

        if (_advert?.Key != key)
        {
            _advert?.Withdraw();
            _advert = new BackendAdvert(_context, run, key);
        }

        foreach (var other in _keys.Where(other => other != key))
        {
            other.Publication.Desired = null;
        }

        _advert.Begin(run, container, adopted, now);
    }

    private void Withdraw()
    {
        _isWithdrawn = true;
        _advert?.Withdraw();
        _keys.ForEach(key => key.Publication.Desired = null);
    }

    private void Drain(BackendKey key)
    {
        if (_drain is { } drain)
        {
            _drains.Add(new BackendDrain(_context, key, drain.Timeout, drain.Deadline));
        }
    }

    private void TakeFound()
    {
        if (_search!.Found is not { } found)
        {
            return;
        }

        _search = null;
        foreach (var (service, name) in found.Where(one => !_keys.Exists(key => key.Publication.Key == one.Key)))
        {
            var key = new BackendKey(_context, service, name, mayExist: true);
            _keys.Add(key);
            key.Follow();
            Drain(key);
            if (_isWithdrawn || _advert is not null)
            {
                key.Publication.Desired = null;
            }
        }
    }

    /// <summary>Makes it the balancer that its file asks for, or none.</summary>
    private void Balance(UnitDefinition definition, string? container, DateTimeOffset now)
    {
        _isKnown = true;
        if (definition.HaWeb.LoadBalancer.Count == 0)
        {
            Unbalance();
        }
        else if (_balancer is not null)
        {
            _balancer.Change(definition.HaWeb, container, now);
        }
        else
        {
            _mayBeRegistered = true;
            _hasForgotten = false;
            _balancer = new BalancerDuty(_context, _unit, definition.HaWeb, _registration, now);
        }
    }

    /// <summary>It balances nothing any more, and what it served is kept no longer.</summary>
    private void Unbalance()
    {
        _balancer?.Retire();
        _balancer = null;
        if (_mayBeRegistered)
        {
            _registration.Desired = null;
            if (!_hasForgotten)
            {
                _hasForgotten = true;
                _context.Outbox.Add(new Effect.WriteState(_context.Outbox.NextId(), BalancerMemory.FileOf(_unit.FullName), null));
            }
        }
    }
}
