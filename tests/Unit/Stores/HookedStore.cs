using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>A store in which the test does something at a chosen moment, or whose answers get lost.</summary>
internal sealed class HookedStore(IClusterStore inner) : IClusterStore
{
    private int _lost;
    private bool _happen;

    public string Name => inner.Name;

    public Func<StoreTransaction, Task>? BeforeCommit { get; set; }

    public Func<Task>? AfterList { get; set; }

    /// <summary>The next commits fail with an unknown outcome.</summary>
    public void LoseAnswers(int count, bool happen) => (_lost, _happen) = (count, happen);

    public async Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken)
    {
        var listing = await inner.ListAsync(prefix, revision, cancellationToken);
        await (AfterList?.Invoke() ?? Task.CompletedTask);
        return listing;
    }

    public async Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        await (BeforeCommit?.Invoke(transaction) ?? Task.CompletedTask);
        if (_lost == 0)
        {
            return await inner.CommitAsync(transaction, cancellationToken);
        }

        _lost--;
        if (_happen)
        {
            await inner.CommitAsync(transaction, cancellationToken);
        }

        throw new StoreException(StoreFailure.Unavailable, "The answer is lost.");
    }

    public IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(prefix, fromRevision, cancellationToken);

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => inner.GrantLeaseAsync(timeToLive, cancellationToken);

    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) => inner.KeepAliveAsync(lease, cancellationToken);

    public Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken) => inner.GetRemainingAsync(lease, cancellationToken);

    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(lease, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
