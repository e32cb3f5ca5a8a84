using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>A store that fails every call in the same way.</summary>
internal sealed class RefusingStore(StoreFailure failure) : IClusterStore
{
    public string Name => "refusing";

    public Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken) => Task.FromException<StoreListing>(Refusal());

    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken) => Task.FromException<StoreCommit>(Refusal());

    public IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) => throw Refusal();

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => Task.FromException<long>(Refusal());

    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) => Task.FromException<bool>(Refusal());

    public Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken) => Task.FromException<TimeSpan?>(Refusal());

    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) => Task.FromException(Refusal());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private StoreException Refusal() => new(failure, "It refuses.");
}
