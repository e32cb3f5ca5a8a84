using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Scheduling;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Sessions;

/// <summary>A connection to a cluster, as <c>-Cluster</c> takes it.</summary>
public sealed class HaCluster : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly Action? _closed;

    internal HaCluster(ClusterClient client, Action? closed = null)
    {
        Client = client;
        _closed = closed;
        _owned.Push(client);
    }

    /// <summary>The endpoints or the file of its store, or a name for a simulation.</summary>
    public string Name => Client.Store.Name;

    /// <summary><c>etcd</c>, <c>local</c> or <c>simulated</c>.</summary>
    public string Kind => Client.Kind.ToString().ToLowerInvariant();

    /// <summary>The root of its keys.</summary>
    public string Prefix => Client.Keys.Root.TrimEnd('/');

    /// <summary>Itself: <c>-Cluster</c> binds from the property of this name.</summary>
    public HaCluster Cluster => this;

    internal ClusterClient Client { get; }

    /// <summary>Where this machine's agents of the cluster keep what lasts until the machine is switched off.</summary>
    internal string AgentRoot { get; set; } = "/run/haweb";

    /// <summary>The views of the units in a state as it is now.</summary>
    /// <param name="state">The state.</param>
    /// <param name="catalog">Its units' definitions, to say which rules are violated; null to leave that out.</param>
    internal UnitViews ViewsOf(ClusterState state, UnitCatalog? catalog = null)
    {
        var reasons = new Lazy<PendingReasons>(() => new PendingReasons(state));
        return new UnitViews(state, unit => reasons.Value.Of(unit, Client.Now), catalog);
    }

    /// <summary>Gives it something that ends with it.</summary>
    internal void Own(IAsyncDisposable part) => _owned.Push(part);

    /// <summary>Closes it, and ends the agent that it has in this session. Containers go on running.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _closed?.Invoke();
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
