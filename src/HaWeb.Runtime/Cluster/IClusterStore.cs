using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>
/// The store of a cluster: etcd, or the embedded one. Every call has a deadline of its own and fails with
/// <see cref="StoreException"/> only; cancellation is <see cref="OperationCanceledException"/>.
/// </summary>
public interface IClusterStore : IAsyncDisposable
{
    /// <summary>What people call this store in messages, for example <c>http://10.99.0.1:2379</c>.</summary>
    string Name { get; }

    /// <summary>Lists a prefix, linearizably, at one revision, however many pages it takes.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="revision">The revision to list at, or 0 for the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="StoreException">The store is unavailable, refuses, or has compacted the revision.</exception>
    Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken);

    /// <summary>Commits a transaction. After <see cref="StoreFailure.Unavailable"/> it may or may not have happened.</summary>
    /// <exception cref="StoreException">The store is unavailable or refuses the transaction.</exception>
    Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Watches a prefix from a revision on, until cancelled. The first element comes when the store has acknowledged the watch
    /// (it may have no events); an element holds whole revisions. It ends with an exception only, never silently.
    /// </summary>
    /// <exception cref="StoreException">The stream broke, or the revision is compacted.</exception>
    IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken);

    /// <summary>Grants a lease and gives its id.</summary>
    /// <exception cref="StoreException">The store is unavailable or refuses.</exception>
    Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Renews a lease once; false when the store says that it is gone.</summary>
    /// <exception cref="StoreException">The store is unavailable: whether the lease lives is unknown.</exception>
    Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken);

    /// <summary>The time a lease has left, without renewing it; null when it is gone.</summary>
    /// <exception cref="StoreException">The store is unavailable: whether the lease lives is unknown.</exception>
    Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken);

    /// <summary>Ends a lease and with it its keys; a lease that is already gone is no error.</summary>
    /// <exception cref="StoreException">The store is unavailable.</exception>
    Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken);
}
