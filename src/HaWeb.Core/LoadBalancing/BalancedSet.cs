using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Storage;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// The backends of a balancer's services, where unreadable, lost and withdrawn are three different things (PROTOCOL.md section 5): a store that cannot be
/// read changes nothing; a backend whose key went with its lease leaves only while another one of the service remains; one that was withdrawn leaves.
/// One that was registered by hand is served as its probes say, which must never leave a service without any.
/// Which of the last two it was, the lease says: <see cref="UnaskedLeases"/> has to be asked about, and until the answer the backend stays.
/// </summary>
public sealed class BalancedSet
{
    private readonly ClusterKeys _keys;
    private readonly SortedDictionary<string, ServiceBackends> _services = new(StringComparer.Ordinal);
    private ulong _clusterId;
    private long _seen;

    /// <summary>Makes one that knows nothing yet.</summary>
    /// <param name="keys">The layout.</param>
    /// <param name="services">The services.</param>
    /// <param name="keepWhenEmpty">Whether the last backends of a service stay when they are withdrawn.</param>
    public BalancedSet(ClusterKeys keys, IReadOnlyCollection<string> services, bool keepWhenEmpty)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(services);
        _keys = keys;
        foreach (var service in services)
        {
            _services[service] = new ServiceBackends(keepWhenEmpty);
        }

        // One watch for all of them: the revisions of two watches cannot be compared, and what is acknowledged is one revision.
        Prefix = services.Count == 1 ? keys.Service(services.First()) : keys.ServicesRoot;
    }

    /// <summary>The prefix to follow.</summary>
    public string Prefix { get; }

    /// <summary>Whether the prefix was listed.</summary>
    public bool IsListed { get; private set; }

    /// <summary>The revision up to which every change of the services is decided and stands in <see cref="Backends"/>.</summary>
    public long Revision => _services.Values.Min(service => service.FirstUndecided) is { } undecided ? Math.Min(undecided - 1, _seen) : _seen;

    /// <summary>What is served, by service.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<NamedBackend>> Backends =>
        _services.ToDictionary(service => service.Key, service => service.Value.Served, StringComparer.Ordinal);

    /// <summary>The services whose lost backends are still served because there is no other, in ordinal order.</summary>
    public IReadOnlyList<string> Stale => [.. _services.Where(service => service.Value.IsStale).Select(service => service.Key)];

    /// <summary>The leases to ask about, in ascending order.</summary>
    public IReadOnlyList<long> UnaskedLeases => [.. _services.Values.SelectMany(service => service.UnaskedLeases).Distinct().Order()];

    /// <summary>The backends that were registered by hand, by service and name.</summary>
    public IReadOnlyList<ExternalBackend> External =>
        [.. _services.SelectMany(service => service.Value.External.Select(one => new ExternalBackend(service.Key, one.Name, one.Backend, one.Revision)))];

    /// <summary>What is served, as entries of the store with the leases they go or went with. Kept and given to <see cref="Remember"/> it outlives the process.</summary>
    public IReadOnlyList<StoreEntry> Memory =>
    [
        .. _services.SelectMany(service => service.Value.Leased
            .Select(one => new StoreEntry(_keys.Backend(service.Key, one.Name), one.Backend.ToString(), 0, 0, 0, one.Lease))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)),
    ];

    /// <summary>Takes up what another process served: what the first listing lacks of it departed in between. To be called before any update.</summary>
    /// <param name="memory">Its <see cref="Memory"/>; entries that are not of these services, or no backends, are left out.</param>
    public void Remember(IEnumerable<StoreEntry> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        foreach (var entry in memory.Where(entry => Backend.TryParse(entry.Value, out _) is not null))
        {
            Set(entry.Key, entry, 0, []);
        }
    }

    /// <summary>Whether a listing is of another history than what was told before: another store, or one restored from a backup.</summary>
    public bool IsOtherHistory(StoreListing listing) => IsListed && (listing.ClusterId != _clusterId || listing.Revision < _seen);

    /// <summary>Takes in an update of the prefix.</summary>
    /// <returns>Values that are no backends, each told once.</returns>
    public IReadOnlyList<UnreadableBackend> Take(StoreUpdate update)
    {
        var unreadable = new List<UnreadableBackend>();
        switch (update)
        {
            case StoreUpdate.Listed { Listing: var listing }:
                Replace(listing, unreadable);
                break;
            case StoreUpdate.Changed { Events: var events } when IsListed:
                foreach (var one in events.Where(one => one.Revision > _seen && Find(one.Key) is not null).ToList())
                {
                    Set(one.Key, one.Entry, one.Revision, unreadable);
                    _seen = one.Revision;
                }

                break;
        }

        Settle();
        return unreadable;
    }

    /// <summary>Takes in what probes say of backends that were registered by hand, all of them at once.</summary>
    /// <returns>Whether there was news.</returns>
    public bool Judge(IEnumerable<(ExternalBackend Backend, bool Passes)> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var isNews = false;
        foreach (var (backend, passes) in verdicts)
        {
            isNews |= _services[backend.Service].Judge(backend.Name, passes);
        }

        if (isNews)
        {
            Settle();
        }

        return isNews;
    }

    /// <summary>A question about a lease was sent; its answer counts for what has departed until now, and for nothing that departs later.</summary>
    public void Asked(long lease, long request)
    {
        foreach (var service in _services.Values)
        {
            service.Asked(lease, request);
        }
    }

    /// <summary>A question was answered.</summary>
    public void Answered(long request, bool leaseIsGone)
    {
        foreach (var service in _services.Values)
        {
            service.Answered(request, leaseIsGone);
        }

        Settle();
    }

    /// <summary>A question got no answer: it has to be asked again.</summary>
    public void Unanswered(long request)
    {
        foreach (var service in _services.Values)
        {
            service.Unanswered(request);
        }
    }

    private void Replace(StoreListing listing, List<UnreadableBackend> unreadable)
    {
        // What vanished in a gap did so at one of the revisions in it: none of them is decided.
        var gap = Math.Min(_seen + 1, listing.Revision);
        var listed = listing.Entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (service, backends) in _services)
        {
            foreach (var name in backends.Names.Where(name => !listed.Contains(_keys.Backend(service, name))))
            {
                backends.Remove(name, gap);
            }
        }

        foreach (var entry in listing.Entries)
        {
            Set(entry.Key, entry, listing.Revision, unreadable);
        }

        _seen = listing.Revision;
        _clusterId = listing.ClusterId;
        IsListed = true;
    }

    private void Set(string key, StoreEntry? entry, long revision, List<UnreadableBackend> unreadable)
    {
        if (Find(key) is not var (service, name))
        {
            return;
        }

        if (entry is null)
        {
            service.Remove(name, revision);
        }
        else if (service.Put(name, entry) is { } problem)
        {
            unreadable.Add(new UnreadableBackend(key, problem));
        }
    }

    private (ServiceBackends Service, string Name)? Find(string key) =>
        _keys.Parse(key) is { Table: ClusterTable.Backends } parsed && _services.TryGetValue(parsed.Name, out var service) ? (service, parsed.Item) : null;

    private void Settle()
    {
        foreach (var service in _services.Values)
        {
            service.Settle();
        }
    }
}
