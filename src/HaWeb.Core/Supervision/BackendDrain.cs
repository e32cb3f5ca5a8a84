using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// The wait of a planned stop (rule 8): until the backend's key is withdrawn, and then until every live balancer of the service has drained it, at most
/// DrainTimeout in all.
/// </summary>
public sealed class BackendDrain
{
    private readonly MachineContext _context;
    private readonly Publication? _backend;
    private readonly UnitDefinition _definition;
    private readonly DateTimeOffset _deadline;
    private DrainWait? _wait;
    private bool _timedOut;

    /// <summary>Begins to wait.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="advert">The unit as a backend, whose key is about to be withdrawn; null when it is none.</param>
    /// <param name="definition">The unit.</param>
    /// <param name="now">The time.</param>
    public BackendDrain(MachineContext context, BackendAdvert? advert, UnitDefinition definition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(definition);
        _context = context;
        _definition = definition;
        _deadline = now + definition.HaWeb.DrainTimeout;

        // A key that is known to be absent may have been withdrawn a moment ago, and balancers may not have seen it; unless it never was there.
        _backend = advert is null or { Withdrawn: 0 } ? null : advert.Publication;
    }

    /// <summary>Whether the unit may be stopped.</summary>
    public bool IsDone => _backend is null or { IsConfirmed: true, Published: null, WithdrawnAt: 0 } || _timedOut || _wait is { IsComplete: true };

    /// <summary>What was still missing when the time was over; null when nothing was.</summary>
    public string? Shortfall
    {
        get
        {
            if (!_timedOut)
            {
                return null;
            }

            var missing = _wait is null ? "its backend could not be withdrawn, since the store does not answer"
                : _wait.Waiting.Count == 0 ? "the balancers could not be listed"
                : $"{string.Join(", ", _wait.Waiting)} has not drained it";
            return $"stops after {_definition.HaWeb.DrainTimeout.TotalSeconds:0.#} s although {missing}";
        }
    }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => IsDone ? null : _deadline;

    /// <summary>Looks whether the key is withdrawn by now; only then are the balancers listed, so that none is missed.</summary>
    public void Advance()
    {
        if (_wait is null && _backend is { IsConfirmed: true })
        {
            _wait = new DrainWait(_context.Keys, _definition.HaWeb.Service!, _backend.WithdrawnAt);
            _context.Subscriptions.Add(_context.Keys.Balancers);
        }
    }

    /// <summary>Takes in news of the balancers.</summary>
    public void Followed(string prefix, StoreUpdate update)
    {
        if (prefix == _context.Keys.Balancers)
        {
            _wait?.Take(update);
        }
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now) => _timedOut |= !IsDone && now >= _deadline;

    /// <summary>Waits no longer.</summary>
    public void End()
    {
        if (_wait is not null)
        {
            _wait = null;
            _context.Subscriptions.Remove(_context.Keys.Balancers);
        }
    }
}
