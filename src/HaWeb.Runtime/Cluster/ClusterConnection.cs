using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.Runtime.Etcd;
using HaWeb.Runtime.Simulated;

namespace HaWeb.Runtime.Cluster;

/// <summary>Where a cluster's state is kept, and under which keys.</summary>
public abstract record ClusterConnection
{
    private ClusterConnection()
    {
    }

    /// <summary>The layout of the keys.</summary>
    public ClusterKeys Keys { get; init; } = new();

    /// <summary>What holds the state.</summary>
    public abstract ClusterKind Kind { get; }

    /// <summary>Opens the store. Nothing is proven before its first call.</summary>
    /// <exception cref="ArgumentException">An endpoint, a certificate file or the login is given wrongly.</exception>
    /// <exception cref="StoreException">A local store's file is in use, cannot be used, or is damaged.</exception>
    public abstract IClusterStore Open();

    /// <summary>The parts that can be asked one by one, to say which of them fails.</summary>
    internal virtual IReadOnlyList<ClusterConnection> Parts => [this];

    /// <summary>In etcd.</summary>
    /// <param name="Options">Its endpoints and how to log in.</param>
    public sealed record InEtcd(EtcdOptions Options) : ClusterConnection
    {
        /// <inheritdoc/>
        public override ClusterKind Kind => ClusterKind.Etcd;

        /// <inheritdoc/>
        internal override IReadOnlyList<ClusterConnection> Parts =>
            [.. Options.Endpoints.Select(endpoint => this with { Options = Options with { Endpoints = [endpoint] } })];

        /// <inheritdoc/>
        public override IClusterStore Open() => new EtcdStore(Options);
    }

    /// <summary>In one file of this machine.</summary>
    /// <param name="Path">The file; it is made if need be.</param>
    public sealed record InFile(string Path) : ClusterConnection
    {
        /// <inheritdoc/>
        public override ClusterKind Kind => ClusterKind.Local;

        /// <inheritdoc/>
        public override IClusterStore Open() => EmbeddedStore.Open(Path);
    }

    /// <summary>In a simulation.</summary>
    /// <param name="Cluster">The simulated cluster, with the same layout of keys.</param>
    public sealed record InSimulation(SimulatedCluster Cluster) : ClusterConnection
    {
        /// <inheritdoc/>
        public override ClusterKind Kind => ClusterKind.Simulated;

        /// <inheritdoc/>
        public override IClusterStore Open() => new SimulatedStore(Cluster);
    }
}
