using HaWeb.Core.Discovery;
using HaWeb.Core.Storage;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// The backends of one service as a balancer serves them. A backend is present (in the store), departed (gone from the store, and not yet known why: still
/// served), or held (lost rather than withdrawn, and served only as long as nothing better is present). One that was registered by hand is left out while its
/// probes fail, or have not said anything of it yet, and another one can serve.
/// </summary>
internal sealed class ServiceBackends
{
    private readonly bool _keepWhenEmpty;
    private readonly SortedDictionary<string, Present> _present = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Departed> _departed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, bool> _verdicts = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _out = new(StringComparer.Ordinal);

    public ServiceBackends(bool keepWhenEmpty) => _keepWhenEmpty = keepWhenEmpty;

    /// <summary>What is served.</summary>
    public IReadOnlyList<NamedBackend> Served => [.. Leased.Select(one => new NamedBackend(one.Name, one.Backend))];

    /// <summary>The leases that what is served goes with, or went with.</summary>
    public IEnumerable<(string Name, Backend Backend, long Lease)> Leased =>
        _present.Where(one => one.Value.Backend is not null && !_out.Contains(one.Key)).Select(one => (one.Key, one.Value.Backend!, one.Value.Lease))
            .Concat(_departed.Select(one => (one.Key, one.Value.Backend, one.Value.Lease)))
            .Concat(_held.Select(one => (one.Key, one.Value.Backend, one.Value.Lease)));

    /// <summary>Whether backends are served that were lost, because no other is there.</summary>
    public bool IsStale => _held.Values.Any(one => one.IsLost);

    /// <summary>The first revision whose meaning is not decided, or null.</summary>
    public long? FirstUndecided => _departed.Values.Select(one => one.Revision)
        .Concat(_out.Where(name => !_verdicts.ContainsKey(name)).Select(name => _present[name].ModRevision))
        .Select(revision => (long?)revision).Min();

    /// <summary>The leases of departed backends that were not asked about.</summary>
    public IEnumerable<long> UnaskedLeases => _departed.Values.Where(one => one.Request == 0).Select(one => one.Lease);

    /// <summary>The names of all present keys.</summary>
    public IReadOnlyList<string> Names => [.. _present.Keys];

    /// <summary>The backends that were registered by hand.</summary>
    public IEnumerable<(string Name, Backend Backend, long Revision)> External =>
        _present.Where(one => one.Value is { Backend: not null, Lease: 0 }).Select(one => (one.Key, one.Value.Backend!, one.Value.ModRevision));

    /// <summary>Its probes say this of one that was registered by hand.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Judge(string name, bool passes)
    {
        var isNews = !_verdicts.TryGetValue(name, out var before) || before != passes;
        _verdicts[name] = passes;
        return isNews;
    }

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

        var isSame = entry.Lease == 0 && before is { Lease: 0, Backend: not null } && before.Backend.Endpoint == backend?.Endpoint;
        if (!isSame)
        {
            _verdicts.Remove(name);
            _out.Remove(name);
        }

        // What an agent before served has no revision, and is no news.
        _present[name] = new Present(backend, entry.Lease, entry.ModRevision, IsNew: isSame ? before!.IsNew : entry.ModRevision != 0);
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
        _verdicts.Remove(name);
        if (_out.Remove(name))
        {
            return;
        }

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
        var canServe = _present.Any(one => one.Value.Backend is not null && (one.Value.Lease != 0 || _verdicts.GetValueOrDefault(one.Key)));
        LeaveOut(canServe);
        if (canServe)
        {
            _held.Clear();
            return;
        }

        if (_departed.Count == 0 && IsStale)
        {
            foreach (var (name, _) in _held.Where(one => !one.Value.IsLost).ToList())
            {
                _held.Remove(name);
            }
        }

        if (!Leased.Any())
        {
            // Better one that may not answer than none.
            _out.Clear();
        }
    }

    /// <summary>
    /// Decides which of those that were registered by hand are left out. When nothing else can serve, those that are served stay; a new one is not served before
    /// its probes have passed as long as any other is, be it a lost one.
    /// </summary>
    private void LeaveOut(bool othersCanServe)
    {
        foreach (var (name, one) in _present.Where(one => one.Value is { Backend: not null, Lease: 0 }).ToList())
        {
            var isJudged = _verdicts.TryGetValue(name, out var passes);
            if (passes)
            {
                _out.Remove(name);
            }
            else if ((othersCanServe && isJudged) || (one.IsNew && (othersCanServe || _held.Count + _departed.Count > 0)))
            {
                _out.Add(name);
            }

            _present[name] = one with { IsNew = false };
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

    private sealed record Present(Backend? Backend, long Lease, long ModRevision, bool IsNew);

    private sealed record Departed(Backend Backend, long Lease, long Revision, long Request);

    private sealed record Held(Backend Backend, long Lease, bool IsLost);
}
