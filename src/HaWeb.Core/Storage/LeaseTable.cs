namespace HaWeb.Core.Storage;

/// <summary>The leases of a <see cref="StoreState"/>, which keys go with each, and which ends first.</summary>
internal sealed class LeaseTable
{
    private readonly Dictionary<long, Slot> _slots = [];
    private readonly SortedSet<(DateTimeOffset Expiry, long Id)> _byExpiry = [];

    public long LastId { get; private set; }

    public StoreLease? First => _byExpiry.Count == 0 ? null : _slots[_byExpiry.Min.Id].Lease;

    public StoreLease[] All => [.. _slots.Values.Select(slot => slot.Lease).OrderBy(lease => lease.Id)];

    public StoreLease? Find(long id) => _slots.TryGetValue(id, out var slot) ? slot.Lease : null;

    /// <summary>Grants a lease. As in etcd it lives whole seconds, rounded up.</summary>
    public long Grant(TimeSpan timeToLive, DateTimeOffset now)
    {
        var ttl = StoreLease.RoundUp(timeToLive);
        LastId++;
        Add(new StoreLease(LastId, ttl, now + ttl));
        return LastId;
    }

    public void Renew(StoreLease lease, DateTimeOffset now)
    {
        var slot = _slots[lease.Id];
        _byExpiry.Remove((slot.Lease.Expiry, lease.Id));
        slot.Lease = lease with { Expiry = now + lease.TimeToLive };
        _byExpiry.Add((slot.Lease.Expiry, lease.Id));
    }

    /// <summary>Moves a key from one lease to another; 0 stands for none.</summary>
    public void Move(string key, long from, long to)
    {
        if (from == to)
        {
            return;
        }

        if (from != 0)
        {
            _slots[from].Keys.Remove(key);
        }

        if (to != 0)
        {
            _slots[to].Keys.Add(key);
        }
    }

    /// <summary>The keys that go with a lease, in ordinal order.</summary>
    public string[] KeysOf(long id) => [.. _slots[id].Keys];

    /// <summary>Forgets a lease that has no keys any more.</summary>
    public void Remove(long id)
    {
        _byExpiry.Remove((_slots[id].Lease.Expiry, id));
        _slots.Remove(id);
    }

    /// <summary>Takes over the leases of a snapshot; ids given before are still not given again.</summary>
    public void Reset(StoreSnapshot snapshot)
    {
        _slots.Clear();
        _byExpiry.Clear();
        LastId = Math.Max(LastId, snapshot.LastLease);
        foreach (var lease in snapshot.Leases)
        {
            Add(lease);
        }
    }

    private void Add(StoreLease lease)
    {
        _slots.Add(lease.Id, new Slot(lease));
        _byExpiry.Add((lease.Expiry, lease.Id));
    }

    private sealed class Slot(StoreLease lease)
    {
        public StoreLease Lease { get; set; } = lease;

        public SortedSet<string> Keys { get; } = new(StringComparer.Ordinal);
    }
}
