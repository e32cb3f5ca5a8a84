using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>What a unit that balances services does besides running: its <see cref="LoadBalancerSync"/>, tied to the life of its container.</summary>
public sealed class BalancerDuty
{
    private readonly MachineContext _context;
    private readonly UnitName _unit;
    private readonly Publication _registration;
    private LoadBalancerOptions _options;
    private LoadBalancerSync _sync;
    private string? _initial;
    private bool _registered;
    private bool _retired;
    private VirtualAddress? _address;
    private AddressReport? _told;

    /// <summary>Begins to register the balancer and to follow its services.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="options">What is asked of the balancer.</param>
    /// <param name="registration">The balancer's key.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="LoadBalancerRefusedException">The options have problems.</exception>
    public BalancerDuty(MachineContext context, UnitName unit, HaWebOptions options, Publication registration, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(unit);
        _context = context;
        _unit = unit;
        _registration = registration;
        _options = LoadBalancerOptions.From(options);
        _address = options.VirtualIP;
        _sync = Begin(former: [], now);
    }

    /// <summary>Whether its services are known, so that nginx can be started with a config.</summary>
    public bool IsReady => _sync.IsReady;

    /// <summary>What the balancer's key says of the address that it shares with others; null while it shares none.</summary>
    public AddressReport? Address => _told;

    /// <summary>Whether probes that were sent at that time or later have said again what the backends are taken for that were registered by hand.</summary>
    public bool IsConfirmedSince(DateTimeOffset since) => _retired || _sync.IsConfirmedSince(since);

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _retired ? null : _sync.NextWake;

    /// <summary>The config to put into a container that is about to start.</summary>
    public FileInContainer? TakeInitialFile() => (_initial = _sync.TakeInitialConfig()) is { } text ? new FileInContainer(_options.ConfigPath, text) : null;

    /// <summary>Its container runs with the config that was put in.</summary>
    public void Started(string container, DateTimeOffset now) => _sync.Attach(container, _initial, now);

    /// <summary>A container that ran already was taken over.</summary>
    public void Adopted(string container, DateTimeOffset now) => _sync.Attach(container, null, now);

    /// <summary>
    /// Its options may have changed. It begins anew then, and knows from the disk what it serves; its key goes on to name the services of before until no
    /// worker serves them any more.
    /// </summary>
    /// <param name="options">What is asked of the balancer.</param>
    /// <param name="container">The container that runs; null when none does. Its config stays in the file where it is until the next start.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="LoadBalancerRefusedException">The options have problems.</exception>
    public void Change(HaWebOptions options, string? container, DateTimeOffset now)
    {
        _address = options.VirtualIP;
        TellAddress();
        var wanted = LoadBalancerOptions.From(options);
        if (container is not null)
        {
            wanted = wanted with { ConfigPath = _options.ConfigPath };
        }

        if (_options.IsSameAs(wanted))
        {
            return;
        }

        var former = _sync.NamedServices;
        _sync.End();
        _options = wanted;
        _registered = false;
        _sync = Begin(former, now);
        if (container is not null)
        {
            _sync.Attach(container, null, now);
        }
    }

    /// <summary>Says in the balancer's key what the machine is to the shared address.</summary>
    /// <returns>Whether there was news.</returns>
    public bool TellAddress()
    {
        var report = _address is null ? null : new AddressReport(_address, _context.Addresses.RoleOf(_unit.FullName, _address), _context.Addresses.ProblemOf(_unit.FullName));
        if (report == _told || _retired)
        {
            return false;
        }

        _told = report;
        _sync.TellAddress(report);
        return true;
    }

    /// <summary>Its container is being stopped.</summary>
    public void Stopping(DateTimeOffset now) => Do(() => _sync.Detach(now));

    /// <summary>Its container has ended.</summary>
    public void Stopped(DateTimeOffset now) => Do(() => _sync.Down(now));

    /// <summary>The unit leaves: the balancer's key goes.</summary>
    public void Retire()
    {
        _retired = true;
        _registration.Desired = null;
        _sync.End();
    }

    /// <summary>Looks whether its key is in the store by now.</summary>
    public void Advance()
    {
        if (!_registered && !_retired && _sync.IsAnnounced && _registration.IsConfirmed)
        {
            _registered = true;
            _sync.Registered();
        }
    }

    /// <summary>Takes in news of a prefix.</summary>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now) => Do(() => _sync.Followed(prefix, update, now));

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now) => !_retired && _sync.Answer(answer, now);

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now) => Do(() => _sync.Woke(now));

    private LoadBalancerSync Begin(IReadOnlyList<string> former, DateTimeOffset now)
    {
        var memory = new BalancerMemory(_context.Outbox, _unit.FullName, _context.ClusterId);
        var sync = new LoadBalancerSync(_context.Outbox, _context.Subscriptions, _context.Keys, _unit.FullName, _options, _registration, memory, _context.Templates) { FormerServices = former };
        sync.TellAddress(_told);
        sync.Start(now);
        return sync;
    }

    private void Do(Action action)
    {
        if (!_retired)
        {
            action();
        }
    }
}
