using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Tells what happens to the backends of one service.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="service">The service.</param>
internal sealed class BackendWatch(HaCluster cluster, string service)
{
    private readonly Dictionary<string, (HaBackend Backend, Versioned<Backend> Entry)> _known = new(StringComparer.Ordinal);
    private bool _hasBegun;

    /// <summary>Writes the set as it is at first, then an object for every backend that changed.</summary>
    public async Task TellAsync(CmdletStreams streams, ClusterState state, IReadOnlyList<ClusterKey> changed)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            await WriteAsync(streams, state, HaBackendChange.Initial, null);
            foreach (var (key, problem) in BackendValues.Malformed(state, [service]))
            {
                await streams.WriteErrorAsync(BackendValues.Error(key, problem));
            }

            return;
        }

        foreach (var key in changed.Where(key => key.Table == ClusterTable.Backends && key.Name == service).Distinct())
        {
            await TellAsync(streams, state, key.Item);
        }
    }

    private async Task TellAsync(CmdletStreams streams, ClusterState state, string name)
    {
        var before = _known.TryGetValue(name, out var known) ? known : default;
        if (state.Backends[service, name] is { } entry)
        {
            if (before.Entry?.Value != entry.Value)
            {
                await WriteAsync(streams, state, before.Entry is null ? HaBackendChange.Added : HaBackendChange.Changed, name);
            }

            return;
        }

        var storeKey = state.Keys.Backend(service, name);
        if (state.Malformed.TryGetValue(storeKey, out var problem))
        {
            await streams.WriteErrorAsync(BackendValues.Error(storeKey, problem));
        }

        if (before.Entry is not null)
        {
            var isExpired = before.Entry.Lease != 0 && problem is null && !await LivesAsync(before.Entry.Lease, streams.CancellationToken);
            await WriteAsync(streams, state, problem is not null ? HaBackendChange.Malformed : isExpired ? HaBackendChange.Expired : HaBackendChange.Removed, name);
        }
    }

    /// <summary>A backend whose lease lives was withdrawn; one whose lease is gone, or cannot be asked for, says nothing about its health.</summary>
    private async Task<bool> LivesAsync(long lease, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Client.Store.GetRemainingAsync(lease, cancellationToken) is not null;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private async Task WriteAsync(CmdletStreams streams, ClusterState state, string change, string? name)
    {
        var gone = name is not null && _known.TryGetValue(name, out var known) ? new HaBackend(known.Backend.View.Withdrawn(state), cluster) : null;
        _known.Clear();
        var backends = cluster.BackendsOf(state, service);
        foreach (var backend in backends)
        {
            _known[backend.Name] = (backend, state.Backends[service, backend.Name]!);
        }

        await streams.WriteAsync(new HaBackendChange
        {
            Service = service,
            Revision = state.Revision,
            Change = change,
            Backend = name is null ? null : _known.TryGetValue(name, out var present) ? present.Backend : gone,
            Backends = backends,
            Cluster = cluster,
        });
    }
}
