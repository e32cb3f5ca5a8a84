using System.Runtime.CompilerServices;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>A store seen over a way that can be cut: what a client of a distant store sees, for one that is not distant. It counts reads too.</summary>
internal sealed class CuttableStore(IClusterStore inner) : IClusterStore
{
    private CancellationTokenSource _connection = new();
    private bool _isBlocked;

    public string Name => inner.Name;

    public int Reads { get; private set; }

    public int Watches { get; private set; }

    /// <summary>Breaks every watch; while blocked, every call fails.</summary>
    public void Cut(bool block = false)
    {
        _isBlocked = block;
        Interlocked.Exchange(ref _connection, new CancellationTokenSource()).Cancel();
    }

    public void Unblock() => _isBlocked = false;

    public Task<StoreListing> ListAsync(string prefix, long revision, CancellationToken cancellationToken)
    {
        Reads++;
        return Reach().ListAsync(prefix, revision, cancellationToken);
    }

    public Task<StoreCommit> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken) =>
        Reach().CommitAsync(transaction, cancellationToken);

    public async IAsyncEnumerable<StoreUpdate.Changed> WatchAsync(
        string prefix, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Watches++;
        var connection = _connection.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection);
        await using var changes = Reach().WatchAsync(prefix, fromRevision, either.Token).GetAsyncEnumerator(either.Token);
        while (await NextAsync())
        {
            yield return changes.Current;
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await changes.MoveNextAsync();
            }
            catch (OperationCanceledException) when (connection.IsCancellationRequested)
            {
                throw Broken();
            }
        }
    }

    public Task<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => Reach().GrantLeaseAsync(timeToLive, cancellationToken);

    public Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken) => Reach().KeepAliveAsync(lease, cancellationToken);

    public Task<TimeSpan?> GetRemainingAsync(long lease, CancellationToken cancellationToken) => Reach().GetRemainingAsync(lease, cancellationToken);

    public Task RevokeLeaseAsync(long lease, CancellationToken cancellationToken) => Reach().RevokeLeaseAsync(lease, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static StoreException Broken() => new(StoreFailure.Unavailable, "The way to the store is cut.");

    private IClusterStore Reach() => _isBlocked ? throw Broken() : inner;
}
