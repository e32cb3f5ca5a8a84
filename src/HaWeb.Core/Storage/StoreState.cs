namespace HaWeb.Core.Storage;

/// <summary>
/// An exact, synchronous and deterministic model of what etcd 3.4 promises: one revision for every transaction that changes
/// something, guarded transactions, leases that take their keys with them, and a history to follow.
/// It reads no clock: leases end in <see cref="Advance"/>, at the time given there. Not safe for use by several threads at once.
/// </summary>
public sealed class StoreState
{
    private readonly Dictionary<string, StoreEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<StoreEvent> _history = [];
    private readonly LeaseTable _leases = new();

    /// <summary>Makes an empty store, at revision 1 as etcd's.</summary>
    /// <param name="clusterId">Its cluster id.</param>
    public StoreState(ulong clusterId = 1) => ClusterId = clusterId;

    /// <summary>Makes a store of a snapshot; history before it is compacted.</summary>
    public StoreState(StoreSnapshot snapshot) => Restore(snapshot);

    /// <summary>The cluster id; a restored backup may have another one.</summary>
    public ulong ClusterId { get; private set; }

    /// <summary>The revision of the last change.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>What came before this revision can be neither listed nor followed; 0 when nothing was compacted.</summary>
    public long CompactedRevision { get; private set; }

    /// <summary>How many keys there are.</summary>
    public int Count => _entries.Count;

    /// <summary>How many changes of keys the history holds, that is since <see cref="CompactedRevision"/>.</summary>
    public int HistoryLength => _history.Count;

    /// <summary>The lease that ends first if nothing renews it, or null when there is none.</summary>
    public StoreLease? NextToExpire => _leases.First;

    /// <summary>When <see cref="Advance"/> has something to do next, or null when there is no lease.</summary>
    public DateTimeOffset? NextExpiry => _leases.First?.Expiry;

    /// <summary>All leases, by id.</summary>
    public IReadOnlyList<StoreLease> Leases => _leases.All;

    /// <summary>The newest entry of a key, or null when it is absent.</summary>
    public StoreEntry? Get(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Lists a prefix at one revision.</summary>
    /// <param name="prefix">The prefix; an empty one lists everything.</param>
    /// <param name="revision">The revision, or 0 for the newest.</param>
    /// <exception cref="StoreRefusedException">The revision is compacted or has not happened.</exception>
    public StoreListing List(string prefix, long revision = 0)
    {
        var entries = EntriesUnder(prefix);
        if (revision == 0 || revision == Revision)
        {
            return new StoreListing(ClusterId, Revision, entries);
        }

        RequireKept(revision);
        if (revision > Revision)
        {
            throw new StoreRefusedException(StoreRefusal.FutureRevision, $"Revision {revision} has not happened; the store is at {Revision}.");
        }

        return new StoreListing(ClusterId, revision, Undo(entries, prefix, revision));
    }

    /// <summary>Every change under a prefix from a revision on, in order. Only the future may be asked for too: then there is none.</summary>
    /// <exception cref="StoreRefusedException">The history from that revision on is compacted.</exception>
    public IReadOnlyList<StoreEvent> EventsFrom(string prefix, long revision)
    {
        RequireKept(revision - 1);
        List<StoreEvent>? found = null;
        for (var i = IndexOf(revision); i < _history.Count; i++)
        {
            if (_history[i].Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                (found ??= []).Add(_history[i]);
            }
        }

        return found is null ? [] : found;
    }

    /// <summary>Whether every guard of a transaction holds now, so that <see cref="Commit"/> would make its writes.</summary>
    /// <exception cref="StoreRefusedException">It breaks a limit, or its guards hold and a put names a lease that does not exist.</exception>
    public bool Accepts(StoreTransaction transaction)
    {
        transaction.Validate();
        if (!Holds(transaction.Compares))
        {
            return false;
        }

        RequireLeases(transaction.Writes);
        return true;
    }

    /// <summary>Whether every one of these guards holds now.</summary>
    public bool Holds(IReadOnlyList<StoreCompare> compares)
    {
        for (var i = 0; i < compares.Count; i++)
        {
            var compare = compares[i];
            var entry = _entries.GetValueOrDefault(compare.Key);
            var actual = compare.Target switch
            {
                CompareTarget.CreateRevision => entry?.CreateRevision,
                CompareTarget.ModRevision => entry?.ModRevision,
                CompareTarget.Lease => entry?.Lease,
                _ => throw new ArgumentOutOfRangeException(nameof(compares), compare.Target, "No such property of a key."),
            };
            if ((actual ?? 0) != compare.Operand)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Commits a transaction, or nothing of it when a guard does not hold. One that changes nothing gets no revision.</summary>
    /// <exception cref="StoreRefusedException">It breaks a limit, or a put names a lease that does not exist.</exception>
    public StoreCommit Commit(StoreTransaction transaction)
    {
        if (!Accepts(transaction))
        {
            return new StoreCommit(false, Revision);
        }

        var revision = Revision + 1;
        for (var i = 0; i < transaction.Writes.Count; i++)
        {
            switch (transaction.Writes[i])
            {
                case StoreWrite.Put put:
                    Put(put, revision);
                    break;
                case StoreWrite.Delete delete:
                    Delete(delete.Key, revision);
                    break;
            }
        }

        CloseRevision(revision);
        return new StoreCommit(true, Revision);
    }

    /// <summary>Grants a lease and gives its id, which is never given again.</summary>
    /// <param name="timeToLive">How long it lives without being renewed; as in etcd it is rounded up to whole seconds.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="StoreRefusedException">It would live too long.</exception>
    public long GrantLease(TimeSpan timeToLive, DateTimeOffset now) => _leases.Grant(timeToLive, now);

    /// <summary>Renews a lease; false when it is gone or has run out.</summary>
    public bool KeepAlive(long lease, DateTimeOffset now)
    {
        if (_leases.Find(lease) is not { } found || found.Expiry <= now)
        {
            return false;
        }

        _leases.Renew(found, now);
        return true;
    }

    /// <summary>The time a lease has left, or null when it is gone.</summary>
    public TimeSpan? GetRemaining(long lease, DateTimeOffset now) => _leases.Find(lease) switch
    {
        null => null,
        var found when found.Expiry <= now => TimeSpan.Zero,
        var found => found.Expiry - now,
    };

    /// <summary>The keys that go with a lease, in ordinal order; none when it is gone.</summary>
    public IReadOnlyList<string> KeysOf(long lease) => _leases.Find(lease) is null ? [] : _leases.KeysOf(lease);

    /// <summary>Ends a lease and deletes its keys, all at one revision; false when it is already gone.</summary>
    public bool RevokeLease(long lease)
    {
        if (_leases.Find(lease) is null)
        {
            return false;
        }

        var revision = Revision + 1;
        foreach (var key in _leases.KeysOf(lease))
        {
            Delete(key, revision);
        }

        _leases.Remove(lease);
        CloseRevision(revision);
        return true;
    }

    /// <summary>Ends every lease that has run out by now, first those that ran out first, each at a revision of its own.</summary>
    /// <returns>How many ended.</returns>
    public int Advance(DateTimeOffset now)
    {
        var ended = 0;
        while (_leases.First is { } lease && lease.Expiry <= now)
        {
            RevokeLease(lease.Id);
            ended++;
        }

        return ended;
    }

    /// <summary>Gives every lease its full time again, also one that ran out meanwhile: what etcd does when it starts or elects a leader.</summary>
    public void RefreshLeases(DateTimeOffset now)
    {
        foreach (var lease in _leases.All)
        {
            _leases.Renew(lease, now);
        }
    }

    /// <summary>Drops the history up to and including a revision. Listing at that revision, and following from the next one, still work.</summary>
    /// <exception cref="StoreRefusedException">It is compacted already or has not happened.</exception>
    public void Compact(long revision)
    {
        if (revision <= CompactedRevision)
        {
            throw new StoreRefusedException(StoreRefusal.Compacted, $"Revision {revision} is compacted already; the store is compacted up to {CompactedRevision}.");
        }

        if (revision > Revision)
        {
            throw new StoreRefusedException(StoreRefusal.FutureRevision, $"Revision {revision} has not happened; the store is at {Revision}.");
        }

        _history.RemoveRange(0, IndexOf(revision + 1));
        CompactedRevision = revision;
    }

    /// <summary>Compacts a history that is longer than this many changes, so that at most that many stay.</summary>
    public void TrimHistory(int changes)
    {
        if (_history.Count > changes)
        {
            Compact(_history[_history.Count - changes - 1].Revision);
        }
    }

    /// <summary>The whole store as it is now.</summary>
    public StoreSnapshot ToSnapshot() =>
        new(StoreSnapshot.CurrentFormat, ClusterId, Revision, _leases.LastId, EntriesUnder(string.Empty), _leases.All);

    /// <summary>Becomes what a snapshot holds, as a restored backup does: perhaps an older revision, perhaps another cluster id.</summary>
    public void Restore(StoreSnapshot snapshot)
    {
        _entries.Clear();
        _keys.Clear();
        _history.Clear();
        _leases.Reset(snapshot);
        foreach (var entry in snapshot.Entries)
        {
            _entries.Add(entry.Key, entry);
            _keys.Add(entry.Key);
            _leases.Move(entry.Key, 0, entry.Lease);
        }

        ClusterId = snapshot.ClusterId;
        Revision = snapshot.Revision;
        CompactedRevision = snapshot.Revision;
    }

    private void Put(StoreWrite.Put put, long revision)
    {
        var before = _entries.GetValueOrDefault(put.Key);
        var entry = new StoreEntry(put.Key, put.Value, before?.CreateRevision ?? revision, revision, (before?.Version ?? 0) + 1, put.Lease);
        _entries[put.Key] = entry;
        if (before is null)
        {
            _keys.Add(put.Key);
        }

        _leases.Move(put.Key, before?.Lease ?? 0, put.Lease);
        _history.Add(new StoreEvent(revision, put.Key, entry, before));
    }

    private void Delete(string key, long revision)
    {
        if (_entries.Remove(key, out var before))
        {
            _keys.Remove(key);
            _leases.Move(key, before.Lease, 0);
            _history.Add(new StoreEvent(revision, key, null, before));
        }
    }

    private void CloseRevision(long revision)
    {
        if (_history.Count > 0 && _history[^1].Revision == revision)
        {
            Revision = revision;
        }
    }

    private void RequireLeases(IReadOnlyList<StoreWrite> writes)
    {
        for (var i = 0; i < writes.Count; i++)
        {
            if (writes[i] is StoreWrite.Put { Lease: not 0 } put && _leases.Find(put.Lease) is null)
            {
                throw new StoreRefusedException(StoreRefusal.LeaseNotFound, $"The lease {put.Lease} that '{put.Key}' should go with does not exist.");
            }
        }
    }

    private void RequireKept(long revision)
    {
        if (revision < CompactedRevision)
        {
            throw new StoreRefusedException(StoreRefusal.Compacted, $"Revision {revision} is gone; the store is compacted up to {CompactedRevision}.");
        }
    }

    private List<StoreEntry> EntriesUnder(string prefix)
    {
        var found = new List<StoreEntry>();
        if (_keys.Max is not { } last || string.CompareOrdinal(prefix, last) > 0)
        {
            return found;
        }

        foreach (var key in _keys.GetViewBetween(prefix, last))
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                break;
            }

            found.Add(_entries[key]);
        }

        return found;
    }

    /// <summary>Takes back, newest first, what happened under a prefix after a revision.</summary>
    private List<StoreEntry> Undo(List<StoreEntry> entries, string prefix, long revision)
    {
        var then = new SortedDictionary<string, StoreEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            then.Add(entry.Key, entry);
        }

        for (var i = _history.Count - 1; i >= 0 && _history[i].Revision > revision; i--)
        {
            var change = _history[i];
            if (!change.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (change.Previous is null)
            {
                then.Remove(change.Key);
            }
            else
            {
                then[change.Key] = change.Previous;
            }
        }

        return [.. then.Values];
    }

    /// <summary>Where in the history a revision starts, or would start.</summary>
    private int IndexOf(long revision)
    {
        int low = 0, high = _history.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _history[middle].Revision < revision ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
