using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>What a unit that balances services does besides running: its <see cref="LoadBalancerSync"/>, tied to the life of its container.</summary>
public sealed class BalancerDuty
{
    private readonly LoadBalancerSync _sync;
    private readonly string _path;
    private string? _initial;
    private bool _registered;
    private bool _retired;

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
        var balancer = LoadBalancerOptions.From(options);
        _path = balancer.ConfigPath;
        Registration = registration;
        _sync = new LoadBalancerSync(context.Outbox, context.Keys, unit.FullName, balancer, Registration, new BalancerMemory(context.Outbox, unit.FullName, context.ClusterId));
        _sync.Start(now);
    }

    /// <summary>The balancer's key.</summary>
    public Publication Registration { get; }

    /// <summary>The prefix of the services that it follows.</summary>
    public string Prefix => _sync.Prefix;

    /// <summary>Whether its services are known, so that nginx can be started with a config.</summary>
    public bool IsReady => _sync.IsReady;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _retired ? null : _sync.NextWake;

    /// <summary>What is wrong with its config or its reload, or null.</summary>
    public string? Error => _sync.Error;

    /// <summary>The config to put into a container that is about to start.</summary>
    public FileInContainer? TakeInitialFile() => (_initial = _sync.TakeInitialConfig()) is { } text ? new FileInContainer(_path, text) : null;

    /// <summary>Its container runs with the config that was put in.</summary>
    public void Started(string container, DateTimeOffset now) => _sync.Attach(container, _initial, now);

    /// <summary>A container that ran already was taken over.</summary>
    public void Adopted(string container, DateTimeOffset now) => _sync.Attach(container, null, now);

    /// <summary>Its container is being stopped.</summary>
    public void Stopping(DateTimeOffset now) => Do(() => _sync.Detach(now));

    /// <summary>Its container has ended.</summary>
    public void Stopped(DateTimeOffset now) => Do(() => _sync.Down(now));

    /// <summary>The unit leaves: the balancer's key goes.</summary>
    public void Retire()
    {
        _retired = true;
        Registration.Desired = null;
    }

    /// <summary>Looks whether its key is in the store by now.</summary>
    public void Advance()
    {
        if (!_registered && !_retired && Registration is { IsConfirmed: true, Published: not null })
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

    private void Do(Action action)
    {
        if (!_retired)
        {
            action();
        }
    }
}
