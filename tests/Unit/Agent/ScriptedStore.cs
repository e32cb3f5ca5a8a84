using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Agent;

/// <summary>A store whose answers a test holds in its hands.</summary>
internal sealed class ScriptedStore : IClusterStore
{
    public string Name => "scripted";

    public Func<StoreTransaction, Task<StoreCommit>> Commit { get; init; } = _ => throw new NotSupportedException("commit");

    public Func<CancellationToken, Task<bool>> KeepAlive { get; init; } = _ => throw new NotSupportedException("keep-alive");

    public Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken) => throw new NotSupportedException("list");

    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken) => Commit(transaction);

    public IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        throw new NotSupportedException("watch");

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => throw new NotSupportedException("grant");

    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) => KeepAlive(cancellationToken);

    public Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken) => throw new NotSupportedException("remaining");

    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) => throw new NotSupportedException("revoke");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
