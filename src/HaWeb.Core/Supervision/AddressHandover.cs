using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// What a planned stop of a balancer does first: it gives the shared address away as soon as another balancer is ready, and waits until that one has it, at
/// most DrainTimeout. Where no other takes part the address stays until the balancer itself stops.
/// </summary>
public sealed class AddressHandover
{
    private readonly MachineContext _context;
    private readonly string _unit;
    private readonly VirtualAddress _address;
    private readonly TimeSpan _timeout;
    private readonly DateTimeOffset _deadline;
    private readonly SortedDictionary<string, BalancerRecord> _others = new(StringComparer.Ordinal);
    private bool _isListed;
    private bool _isGiven;
    private bool _timedOut;

    /// <summary>Begins.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The balancer.</param>
    /// <param name="address">The address.</param>
    /// <param name="timeout">How long it takes at most.</param>
    /// <param name="deadline">When that is over.</param>
    public AddressHandover(MachineContext context, string unit, VirtualAddress address, TimeSpan timeout, DateTimeOffset deadline)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _unit = unit;
        _address = address;
        _timeout = timeout;
        _deadline = deadline;
        context.Subscriptions.Add(context.Keys.Balancers);
        if (Role is not AddressRole.Holder)
        {
            // It shall not get it just now either.
            Give();
            IsDone = true;
        }
    }

    /// <summary>Whether the balancer may be stopped.</summary>
    public bool IsDone { get; private set; }

    /// <summary>What was still missing when the time was over; null when nothing was.</summary>
    public string? Shortfall => !_timedOut ? null
        : $"stops after {_timeout.TotalSeconds:0.#} s although {(_isGiven ? $"no other balancer has taken {_address.Address}" : _isListed ? $"no other balancer of {_address.Address} has become ready" : $"the other balancers of {_address.Address} could not be listed")}";

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => IsDone ? null : _deadline;

    private AddressRole Role => _context.Addresses.RoleOf(_unit, _address);

    /// <summary>Takes in news of the balancers.</summary>
    public void Followed(string prefix, StoreUpdate update)
    {
        if (prefix != _context.Keys.Balancers)
        {
            return;
        }

        switch (update)
        {
            case StoreUpdate.Listed { Listing: var listing }:
                _isListed = true;
                _others.Clear();
                foreach (var entry in listing.Entries)
                {
                    Set(entry.Key, entry);
                }

                break;
            case StoreUpdate.Changed { Events: var events } when _isListed:
                foreach (var one in events)
                {
                    Set(one.Key, one.Entry);
                }

                break;
        }
    }

    /// <summary>Does what can be done by now.</summary>
    public void Advance()
    {
        if (IsDone || !_isListed)
        {
            return;
        }

        if (!_isGiven && _others.Values.Any(other => other.AddressRole is AddressRole.Ready or AddressRole.Holder))
        {
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Information, _unit, $"gives {_address.Address} to another balancer before it stops"));
            Give();
        }

        IsDone = _others.Count == 0
            || (Role is not AddressRole.Holder && _others.Values.Any(other => other.AddressRole is AddressRole.Holder));
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (!IsDone && now >= _deadline)
        {
            _timedOut = true;
            IsDone = true;
        }
    }

    /// <summary>Waits no longer.</summary>
    public void End() => _context.Subscriptions.Remove(_context.Keys.Balancers);

    private void Give()
    {
        _isGiven = true;
        _context.Addresses.Want(_unit, null);
    }

    /// <summary>Only those count that have the address or would take it, now or soon.</summary>
    private void Set(string key, StoreEntry? entry)
    {
        if (key != _context.Keys.Balancer(_context.MachineId, _unit)
            && entry is not null
            && RecordCodec.TryRead<BalancerRecord>(entry.Value, out _) is { AddressRole: not (null or AddressRole.Out) } other
            && other.VirtualIP == _address.ToString())
        {
            _others[key] = other;
        }
        else
        {
            _others.Remove(key);
        }
    }
}
