using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Supervision;

/// <summary>
/// The wait of a planned stop (rule 8): until the backend's key is withdrawn, and then until every live balancer of the service has drained it, at most
/// DrainTimeout in all. A backend that was never advertised is waited for too: balancers that serve lost backends may serve the one that had its address.
/// </summary>
public sealed class BackendDrain
{
    private readonly MachineContext _context;
    private readonly BackendKey _backend;
    private readonly TimeSpan _timeout;
    private readonly DateTimeOffset _deadline;
    private DrainWait? _wait;
    private bool _timedOut;

    /// <summary>Begins to wait.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="backend">The key, which is about to be withdrawn or was withdrawn already: balancers may not have seen it.</param>
    /// <param name="timeout">How long it takes at most.</param>
    /// <param name="deadline">When that is over.</param>
    public BackendDrain(MachineContext context, BackendKey backend, TimeSpan timeout, DateTimeOffset deadline)
    {
        _context = context;
        _backend = backend;
        _timeout = timeout;
        _deadline = deadline;
    }

    /// <summary>Whether the unit may be stopped.</summary>
    public bool IsDone => _timedOut || (_backend.Withdrawn is not null && _wait is { IsComplete: true });

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
            return $"stops after {_timeout.TotalSeconds:0.#} s although {missing}";
        }
    }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => IsDone ? null : _deadline;

    /// <summary>Looks whether the key is withdrawn by now; only then are the balancers listed, so that none is missed.</summary>
    public void Advance()
    {
        if (_backend.Withdrawn is not { } withdrawn)
        {
            return;
        }

        if (_wait is not null && withdrawn < _wait.Revision)
        {
            // Only now it is known when it went.
            _wait.Revision = withdrawn;
        }
        else if (_wait is not null && withdrawn > _wait.Revision)
        {
            // It was there once more.
            End();
        }

        if (_wait is null)
        {
            _wait = new DrainWait(_context.Keys, _backend.Service, withdrawn);
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
