using HaWeb.Core.Cluster;
using HaWeb.Runtime.Cluster;

namespace HaWeb.PowerShell.Sessions;

/// <summary>A connection to a cluster, as <c>-Cluster</c> takes it.</summary>
public sealed class HaCluster : IAsyncDisposable
{
    internal HaCluster(IClusterStore store, ClusterKeys keys, string kind)
    {
        Store = store;
        Keys = keys;
        Kind = kind;
    }

    /// <summary>The endpoints or the file of its store.</summary>
    public string Name => Store.Name;

    /// <summary><c>etcd</c> or <c>local</c>.</summary>
    public string Kind { get; }

    /// <summary>The root of its keys.</summary>
    public string Prefix => Keys.Root.TrimEnd('/');

    /// <summary>Itself: <c>-Cluster</c> binds from the property of this name.</summary>
    public HaCluster Cluster => this;

    internal IClusterStore Store { get; }

    internal ClusterKeys Keys { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Store.DisposeAsync();

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
