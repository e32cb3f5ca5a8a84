using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// The addresses that balancers of this machine share with those of others. A balancer's keepalived runs exactly while the balancer serves, so that its end
/// gives the address away; who holds an address, the machine's own interfaces say. keepalived itself outlives agents and needs no store.
/// </summary>
public sealed class VirtualAddresses
{
    // Beyond this its answer is lost: a start tries its config first, and a stop waits for the end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    // What has just begun to serve may not answer yet.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly Outbox _outbox;
    private readonly SortedDictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private IReadOnlyList<InterfaceAddress>? _local;
    private bool _isFound;
    private bool _hasChanged;

    /// <summary>Makes one.</summary>
    /// <param name="outbox">Where its effects go.</param>
    public VirtualAddresses(Outbox outbox) => _outbox = outbox;

    /// <summary>When <see cref="Advance"/> has something to do again though nothing happens, or null.</summary>
    public DateTimeOffset? NextWake { get; private set; }

    /// <summary>A balancer begins to serve, and shares this address from now on; null when it serves no more, or shares none.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="wish">What it asks for.</param>
    public void Want(string unit, AddressWish? wish)
    {
        if (wish is null && _isFound && !_shares.ContainsKey(unit))
        {
            return;
        }

        var share = ShareOf(unit);
        if (!share.IsDecided || share.Wish != wish)
        {
            share.IsDecided = true;
            share.Wish = wish;
            share.Problem = null;
            share.NotBefore = DateTimeOffset.MinValue;
            _hasChanged = true;
        }
    }

    /// <summary>What a unit's machine is to an address.</summary>
    public AddressRole RoleOf(string unit, VirtualAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _local?.Any(one => one.Address == address.Address) == true ? AddressRole.Holder
            : _shares.GetValueOrDefault(unit) is not { Wish: not null, Problem: null } share ? AddressRole.Out
            : share is { Running: not null, State: KeepalivedState.Backup or KeepalivedState.Master } ? AddressRole.Ready
            : AddressRole.Joining;
    }

    /// <summary>Why a unit takes no part in its address though it serves, or null.</summary>
    public string? ProblemOf(string unit) => _shares.GetValueOrDefault(unit)?.Problem;

    /// <summary>Whether a role or a problem may have become another since the last call.</summary>
    public bool TakeChanged()
    {
        var changed = _hasChanged;
        _hasChanged = false;
        return changed;
    }

    /// <summary>The machine's addresses as they are now.</summary>
    public void Listed(IReadOnlyList<InterfaceAddress> addresses)
    {
        _local = addresses;
        _hasChanged = true;
    }

    /// <summary>These run, started by an earlier agent: each is left as it is until its unit says what it wants.</summary>
    public void Found(IReadOnlyList<string> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        _isFound = true;
        foreach (var unit in units)
        {
            ShareOf(unit).MayRun = true;
        }
    }

    /// <summary>What is known of this machine's units is complete: what runs for any other belongs to nobody.</summary>
    /// <param name="isUnit">Whether it is one.</param>
    public void KeepOnly(Func<string, bool> isUnit)
    {
        ArgumentNullException.ThrowIfNull(isUnit);
        foreach (var (_, share) in _shares.Where(share => !share.Value.IsDecided && !isUnit(share.Key)))
        {
            share.IsDecided = true;
        }
    }

    /// <summary>A unit's keepalived says what it is.</summary>
    public void Told(string unit, KeepalivedState state, DateTimeOffset now)
    {
        if (_shares.GetValueOrDefault(unit) is { } share && share.State != state)
        {
            share.Problem = share.State is KeepalivedState.Fault ? null : share.Problem;
            share.State = state;
            share.FaultyFrom = now + Grace;
            _hasChanged = true;
        }
    }

    /// <summary>A unit's keepalived ended by itself.</summary>
    public void Ended(string unit, string message, DateTimeOffset now)
    {
        var share = ShareOf(unit);
        share.Running = null;
        share.MayRun = false;
        share.State = null;
        if (share.Wish is not null)
        {
            Fail(unit, share, $"keepalived ended: {message}", now);
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer is not Event.KeepalivedAnswered { Result: var result } || _shares.FirstOrDefault(one => one.Value.Request == answer.Id) is not { Value: { } share } found)
        {
            return false;
        }

        share.Request = 0;
        switch (result)
        {
            case KeepalivedResult.Runs:
                share.Running = share.Sent;
                share.Retry.Reset();
                share.Problem = null;
                break;
            case KeepalivedResult.Stopped:
                share.Running = null;
                share.MayRun = false;
                share.State = null;
                break;
            case KeepalivedResult.Failed failed:
                Fail(found.Key, share, failed.Message, now);
                break;
        }

        _hasChanged = true;
        return true;
    }

    /// <summary>Does what is due.</summary>
    public void Advance(DateTimeOffset now)
    {
        NextWake = null;
        foreach (var (unit, share) in _shares.ToList())
        {
            if (share.Request != 0 && now >= share.Deadline)
            {
                share.Request = 0;
                Fail(unit, share, "keepalived's driver does not answer", now);
            }

            if (share.Request != 0)
            {
                NextWake = Earliest.Of(NextWake, share.Deadline);
            }
            else if (share.IsDecided)
            {
                Aim(unit, share, now);
            }
        }
    }

    private void Aim(string unit, Share share, DateTimeOffset now)
    {
        var (router, problem) = share.Wish is { } wish ? Route(wish) : (null, null);
        if (problem is not null && problem != share.Problem)
        {
            Tell(unit, share, problem);
        }

        if (share.Wish is not null && _local is null)
        {
            return;
        }

        if (router is null && !share.MayRun)
        {
            if (share.Wish is null && _isFound)
            {
                _shares.Remove(unit);
            }

            return;
        }

        if (router is not null && router == share.Running)
        {
            Judge(unit, share, router, now);
            return;
        }

        if (now < share.NotBefore)
        {
            NextWake = Earliest.Of(NextWake, share.NotBefore);
            return;
        }

        share.Request = _outbox.NextId();
        share.Deadline = now + Patience;
        share.Sent = router;
        share.Running = null;
        share.MayRun = true;
        _outbox.Add(new Effect.Keepalived(share.Request, router is null ? new KeepalivedRequest.Stop(unit) : new KeepalivedRequest.Run(unit, router)));
        NextWake = Earliest.Of(NextWake, share.Deadline);
    }

    private void Judge(string unit, Share share, VirtualRouter router, DateTimeOffset now)
    {
        if (share is not { State: KeepalivedState.Fault, Problem: null })
        {
            return;
        }

        if (now >= share.FaultyFrom)
        {
            Tell(unit, share, $"keepalived finds that the balancer does not answer at {router.CheckAddress}:{router.CheckPort}, or that {router.Interface} is down");
        }
        else
        {
            NextWake = Earliest.Of(NextWake, share.FaultyFrom);
        }
    }

    private (VirtualRouter? Router, string? Problem) Route(AddressWish wish)
    {
        if (wish.CheckAddress is null)
        {
            return (null, "it publishes none of the ports that it listens on at all addresses of the machine, so the address would lead nowhere: publish one with -p 80:80");
        }

        var network = _local?.FirstOrDefault(one => one.Address != wish.Address.Address && wish.Address.IsIn(one.Address, one.PrefixLength));
        return network is not null ? (new VirtualRouter(network.Interface, wish.Address, wish.CheckAddress, wish.CheckPort), null)
            : _local is null ? (null, null)
            : (null, $"no interface of this machine is in the network of {wish.Address}: give one an address there, or keep the unit to machines that have one");
    }

    private void Fail(string unit, Share share, string message, DateTimeOffset now)
    {
        share.NotBefore = share.Retry.After(now);
        if (share.Problem != message)
        {
            Tell(unit, share, message);
        }
    }

    private void Tell(string unit, Share share, string problem)
    {
        share.Problem = problem;
        _hasChanged = true;
        _outbox.Add(new Effect.Report(ReportSeverity.Warning, unit, $"takes no part in its shared address: {problem}"));
    }

    private Share ShareOf(string unit)
    {
        if (!_shares.TryGetValue(unit, out var share))
        {
            _shares.Add(unit, share = new Share());
        }

        return share;
    }

    /// <summary>One balancer's part.</summary>
    private sealed class Share
    {
        public RetryDelay Retry { get; } = new(FirstRetry, LongestRetry);

        /// <summary>Whether <see cref="Wish"/> says something: before, what runs is left as it is.</summary>
        public bool IsDecided { get; set; }

        public AddressWish? Wish { get; set; }

        /// <summary>Whether one may run, though it may not be known how.</summary>
        public bool MayRun { get; set; }

        /// <summary>How it is known to run; null when that is not known.</summary>
        public VirtualRouter? Running { get; set; }

        /// <summary>What it says it is; null while it has said nothing.</summary>
        public KeepalivedState? State { get; set; }

        /// <summary>From then on a fault is none of a beginning.</summary>
        public DateTimeOffset FaultyFrom { get; set; }

        public long Request { get; set; }

        public VirtualRouter? Sent { get; set; }

        public DateTimeOffset Deadline { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        public string? Problem { get; set; }
    }
}
