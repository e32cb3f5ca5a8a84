using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// What a planned stop waits for: every live balancer of the service has drained the revision at which the backend was withdrawn. A balancer whose key goes
/// no longer counts; one that serves lost backends of the service because there are no others may serve this one. How long to wait is the owner's to say.
/// </summary>
public sealed class DrainWait
{
    // What was never advertised was withdrawn at no revision. A balancer that has drained none yet may serve anything that an agent before left in its config.
    private const long FirstRevision = 1;

    private readonly ClusterKeys _keys;
    private readonly string _service;
    private readonly SortedDictionary<string, StoreEntry> _balancers = new(StringComparer.Ordinal);
    private readonly List<StoreEvent> _early = [];
    private long _listed = -1;

    /// <summary>Makes one.</summary>
    /// <param name="keys">The layout.</param>
    /// <param name="service">The service.</param>
    /// <param name="revision">The revision at which the backend's key was deleted.</param>
    public DrainWait(ClusterKeys keys, string service, long revision)
    {
        _keys = keys;
        _service = service;
        Revision = revision;
    }

    /// <summary>The revision at which the backend's key was deleted. It may turn out to be an earlier one.</summary>
    public long Revision { get; set; }

    /// <summary>Whether no balancer has to be waited for any more.</summary>
    public bool IsComplete => _listed >= Revision && Waiting.Count == 0;

    /// <summary>The balancers that still have to drain, as <c>machine/unit</c>. A value that cannot be read names no balancer.</summary>
    public IReadOnlyList<string> Waiting =>
    [
        .. _balancers.Values
            .Where(entry => RecordCodec.TryRead<BalancerRecord>(entry.Value, out _) is { } balancer
                && balancer.Services.Contains(_service, StringComparer.Ordinal)
                && (balancer.Drained < Math.Max(Revision, FirstRevision) || balancer.Stale.Contains(_service, StringComparer.Ordinal)))
            .Select(entry => entry.Key[_keys.Balancers.Length..]),
    ];

    /// <summary>
    /// Takes in an update of <see cref="ClusterKeys.Balancers"/>. The balancers must be listed after the withdrawal: one that registers later lists the
    /// services without the backend. Changes and the listing may come from different requests, in any order.
    /// </summary>
    public void Take(StoreUpdate update)
    {
        switch (update)
        {
            case StoreUpdate.Listed { Listing: var listing } when listing.Revision >= Revision:
                _listed = listing.Revision;
                _balancers.Clear();
                foreach (var entry in listing.Entries)
                {
                    _balancers[entry.Key] = entry;
                }

                _early.ForEach(Set);
                _early.Clear();
                break;
            case StoreUpdate.Changed { Events: var events } when _listed < 0:
                _early.AddRange(events);
                break;
            case StoreUpdate.Changed { Events: var events }:
                foreach (var one in events)
                {
                    Set(one);
                }

                break;
        }
    }

    private void Set(StoreEvent one)
    {
        if (one.Revision <= _listed)
        {
            return;
        }

        if (one.Entry is null)
        {
            _balancers.Remove(one.Key);
        }
        else
        {
            _balancers[one.Key] = one.Entry;
        }
    }
}
