using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

public sealed class EmbeddedStoreTests : StoreContract, IAsyncDisposable
{
    private readonly EmbeddedStore _store = new();
    private readonly CuttableStore _way;

    public EmbeddedStoreTests() => _way = new CuttableStore(_store);

    internal override IClusterStore Store => _way;

    internal override IClusterStore Direct => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    protected override void Cut(bool block) => _way.Cut(block);

    protected override void Unblock() => _way.Unblock();

    protected override Task RestartAsync()
    {
        _way.Cut();
        _store.Access(state =>
        {
            state.Restore(StoreSnapshot.Parse(state.ToSnapshot().ToJson()));
            state.RefreshLeases(DateTimeOffset.UtcNow);
            return true;
        });
        return Task.CompletedTask;
    }

    protected override Task CompactAsync(long revision) => Task.FromResult(_store.Access(state =>
    {
        state.Compact(revision);
        return true;
    }));
}
