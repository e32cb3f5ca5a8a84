using HaWeb.Core.Discovery;
using HaWeb.Core.Storage;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// The backends of one service as a balancer serves them. A backend is present (in the store), departed (gone from the store, and not yet known why: still
/// served), or held (lost rather than withdrawn, and served only as long as nothing better is present).
/// </summary>
internal sealed class ServiceBackends
{
    private readonly bool _keepWhenEmpty;
    private readonly SortedDictionary<string, Present> _present = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Departed> _departed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Held> _held = new(StringComparer.Ordinal);

    public ServiceBackends(bool keepWhenEmpty) => _keepWhenEmpty = keepWhenEmpty;

    /// <summary>What is served.</summary>
    public IReadOnlyList<NamedBackend> Served => [.. Leased.Select(one => new NamedBackend(one.Name, one.Backend))];

    /// <summary>The leases that what is served goes with, or went with.</summary>
    public IEnumerable<(string Name, Backend Backend, long Lease)> Leased =>
        _present.Where(one => one.Value.Backend is not null).Select(one => (one.Key, one.Value.Backend!, one.Value.Lease))
            .Concat(_departed.Select(one => (one.Key, one.Value.Backend, one.Value.Lease)))
            .Concat(_held.Select(one => (one.Key, one.Value.Backend, one.Value.Lease)));

    /// <summary>Whether backends are served that were lost, because no other is there.</summary>
    public bool IsStale => _held.Values.Any(one => one.IsLost);

    /// <summary>The first revision whose meaning is not decided, or null.</summary>
    public long? FirstUndecided => _departed.Count == 0 ? null : _departed.Values.Min(one => one.Revision);

    /// <summary>The leases of departed backends that were not asked about.</summary>
    public IEnumerable<long> UnaskedLeases => _departed.Values.Where(one => one.Request == 0).Select(one => one.Lease);

    /// <summary>The names of all present keys.</summary>
    public IReadOnlyList<string> Names => [.. _present.Keys];

    /// <summary>A key was put. Returns what is wrong with its value, once for every value.</summary>
    public string? Put(string name, StoreEntry entry)
    {
        var before = _present.GetValueOrDefault(name);
        var backend = Backend.TryParse(entry.Value, out var problem);
        if (backend is not null)
        {
            _departed.Remove(name);
            _held.Remove(name);
        }
        else if (before?.Backend is { } good)
        {
            _held[name] = new Held(good, before.Lease, IsLost: true);
        }

        _present[name] = new Present(backend, entry.Lease, entry.ModRevision);
        return backend is null && before?.ModRevision != entry.ModRevision ? problem : null;
    }

    /// <summary>A key is gone.</summary>
    /// <param name="name">The backend's name.</param>
    /// <param name="revision">The first revision at which it may have been.</param>
    public void Remove(string name, long revision)
    {
        if (!_present.Remove(name, out var gone))
        {
            return;
        }

        // One that had departed, came back unreadable and goes again: the last time says why.
        _departed.Remove(name, out var earlier);
        _held.Remove(name, out var held);
        if ((gone.Backend ?? held?.Backend ?? earlier?.Backend) is not { } backend)
        {
            return;
        }

        if (gone.Lease == 0)
        {
            Withdraw(name, backend, gone.Lease);
        }
        else
        {
            _departed[name] = new Departed(backend, gone.Lease, earlier?.Revision ?? revision, 0);
        }
    }

    /// <summary>The departed backends of this lease that were not asked about are asked about now.</summary>
    public void Asked(long lease, long request) => Change(one => one.Lease == lease && one.Request == 0, one => one with { Request = request });

    /// <summary>The question got no answer.</summary>
    public void Unanswered(long request) => Change(one => one.Request == request, one => one with { Request = 0 });

    /// <summary>The question is answered: what lost its lease is lost, what left a living lease was withdrawn.</summary>
    public void Answered(long request, bool leaseIsGone)
    {
        foreach (var (name, one) in _departed.Where(one => one.Value.Request == request).ToList())
        {
            _departed.Remove(name);
            if (leaseIsGone)
            {
                _held[name] = new Held(one.Backend, one.Lease, IsLost: true);
            }
            else
            {
                Withdraw(name, one.Backend, one.Lease);
            }
        }
    }

    /// <summary>To be called once all changes of one update are in, for several keys that go at one revision are one loss.</summary>
    public void Settle()
    {
        if (_present.Values.Any(one => one.Backend is not null))
        {
            _held.Clear();
        }
        else if (_departed.Count == 0 && IsStale)
        {
            foreach (var (name, _) in _held.Where(one => !one.Value.IsLost).ToList())
            {
                _held.Remove(name);
            }
        }
    }

    private void Withdraw(string name, Backend backend, long lease)
    {
        if (_keepWhenEmpty)
        {
            _held[name] = new Held(backend, lease, IsLost: false);
        }
    }

    private void Change(Func<Departed, bool> which, Func<Departed, Departed> change)
    {
        foreach (var (name, one) in _departed.Where(one => which(one.Value)).ToList())
        {
            _departed[name] = change(one);
        }
    }

    private sealed record Present(Backend? Backend, long Lease, long ModRevision);

    private sealed record Departed(Backend Backend, long Lease, long Revision, long Request);

    private sealed record Held(Backend Backend, long Lease, bool IsLost);
}
