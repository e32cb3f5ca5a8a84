namespace HaWeb.Core.Scheduling;

/// <summary>
/// Decides when a machine is lost (PROTOCOL.md section 3, "Loss needs proof"): a session that ended on a watch unbroken for one time to live is
/// proof; one found gone in a listing, or that ended around a store gap, is proof only after one time to live more. When more than half of the
/// machines, and at least two, vanish together, nothing is lost: the cluster holds.
/// </summary>
public sealed class LossDetector
{
    private readonly TimeSpan _gapTolerance;
    private readonly DateTimeOffset? _watchedSince;
    private readonly SortedDictionary<string, Absence> _absent = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _alive = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _released = new(StringComparer.Ordinal);
    private DateTimeOffset _unbrokenSince;
    private DateTimeOffset _lastContact;
    private DateTimeOffset? _gapEnd;
    private bool _interrupted = true;
    private bool _hasBroken;

    /// <summary>Makes one.</summary>
    /// <param name="gapTolerance">How long the store may be out of reach before proof takes longer.</param>
    /// <param name="watchedSince">
    /// Since when its owner has watched the store without a break, if it did before it looked at machines: what was before that counts as a gap.
    /// </param>
    public LossDetector(TimeSpan gapTolerance, DateTimeOffset? watchedSince = null)
    {
        _gapTolerance = gapTolerance;
        _watchedSince = watchedSince;
    }

    /// <summary>The machines that vanished together, so that nothing is re-placed; empty when not holding.</summary>
    public IReadOnlyList<string> Holding { get; private set; } = [];

    /// <summary>The store answered. A long silence before that is a gap, even when no connection broke.</summary>
    public void Contact(DateTimeOffset now)
    {
        if (!_interrupted && now - _lastContact > _gapTolerance)
        {
            _gapEnd = now;
        }

        _lastContact = now;
    }

    /// <summary>The store cannot be followed.</summary>
    public void Interrupted()
    {
        _interrupted = true;
        _hasBroken = true;
    }

    /// <summary>
    /// Following goes on, with or without a new listing. A member of the store that ends takes watches with it: where the others answered all the time,
    /// that is no break, for what happened meanwhile is told in full.
    /// </summary>
    public void Connected(DateTimeOffset now)
    {
        if (!_interrupted)
        {
            return;
        }

        if (_lastContact == default)
        {
            // What broke before anything was listed may have been away for long.
            _unbrokenSince = _hasBroken ? now : _watchedSince ?? now;
            _gapEnd = _hasBroken ? now : _watchedSince;
        }
        else if (now - _lastContact > _gapTolerance)
        {
            _gapEnd = now;
            _unbrokenSince = now;
        }

        _interrupted = false;
        _lastContact = now;
        foreach (var (machine, absence) in _absent.ToList())
        {
            _absent[machine] = absence with { ProofAt = Later(absence.ProofAt, now + absence.TimeToLive) };
        }
    }

    /// <summary>A machine's session is there.</summary>
    public void Present(string machine, DateTimeOffset now)
    {
        _alive.Add(machine);
        _absent.Remove(machine);
        _released.Remove(machine);
        Judge(now);
    }

    /// <summary>A machine's session is not there.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="seen">Whether its end was seen on the watch, rather than found in a listing.</param>
    /// <param name="timeToLive">The machine's lease time.</param>
    /// <param name="now">The time.</param>
    public void Absent(string machine, bool seen, TimeSpan timeToLive, DateTimeOffset now)
    {
        _alive.Remove(machine);
        if (_absent.ContainsKey(machine))
        {
            return;
        }

        var afterGap = _gapEnd is { } end && now - end < 2 * timeToLive;
        var proven = seen && now - _unbrokenSince >= timeToLive && !afterGap;
        _absent.Add(machine, new Absence(now, now + (proven ? TogetherTime(timeToLive) : timeToLive), timeToLive));
        Judge(now);
    }

    /// <summary>A machine is known no longer: it holds nothing up.</summary>
    public void Forget(string machine, DateTimeOffset now)
    {
        _alive.Remove(machine);
        _absent.Remove(machine);
        _released.Remove(machine);
        Judge(now);
    }

    /// <summary>An operator ends a hold: those of its machines that have not come back are lost.</summary>
    public void Release(IReadOnlyCollection<string> machines, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(machines);
        _released.UnionWith(machines.Where(_absent.ContainsKey));
        Judge(now);
    }

    /// <summary>Whether it is proven that the machine is lost.</summary>
    public bool IsLost(string machine, DateTimeOffset now) =>
        !_interrupted && Holding.Count == 0 && _absent.TryGetValue(machine, out var absence) && absence.ProofAt <= now;

    /// <summary>Since when a lost machine is: when its loss was proven. Null when it is not known to be lost.</summary>
    public DateTimeOffset? LostSince(string machine) => _absent.TryGetValue(machine, out var absence) ? absence.ProofAt : null;

    /// <summary>When the next loss is proven, or null.</summary>
    public DateTimeOffset? NextProof(DateTimeOffset now) =>
        _interrupted || Holding.Count > 0
            ? null
            : _absent.Values.Where(absence => absence.ProofAt > now).Select(absence => (DateTimeOffset?)absence.ProofAt).Min();

    /// <summary>
    /// The leases of machines that were cut off at one moment end within a third of their time, the interval of keep-alives: whether most have vanished
    /// is known only then. Two machines or fewer have nothing to wait for.
    /// </summary>
    private TimeSpan TogetherTime(TimeSpan timeToLive) => _alive.Count + _absent.Count < 2 ? TimeSpan.Zero : timeToLive / 3;

    private void Judge(DateTimeOffset now)
    {
        // A hold lasts until enough of those that vanished together are back; it does not end because time passes.
        var held = Holding.ToHashSet(StringComparer.Ordinal);
        var together = _absent
            .Where(pair => !_released.Contains(pair.Key) && (held.Contains(pair.Key) || now - pair.Value.Since <= pair.Value.TimeToLive))
            .Select(pair => pair.Key)
            .ToList();
        Holding = together.Count >= 2 && 2 * together.Count > _alive.Count + together.Count ? together : [];
        if (Holding.Count == 0)
        {
            // Enough are back; the others may be a moment behind them, so that their loss has to be proven anew.
            foreach (var machine in held.Where(machine => _absent.ContainsKey(machine) && !_released.Contains(machine)))
            {
                _absent[machine] = _absent[machine] with { ProofAt = Later(_absent[machine].ProofAt, now + _absent[machine].TimeToLive) };
            }
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private sealed record Absence(DateTimeOffset Since, DateTimeOffset ProofAt, TimeSpan TimeToLive);
}
