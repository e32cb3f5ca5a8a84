using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

public sealed class StoreFollowerTests : IAsyncDisposable
{
    private readonly EmbeddedStore _store = new(new StoreState(clusterId: 7));
    private readonly CuttableStore _way;

    public StoreFollowerTests() => _way = new CuttableStore(_store);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task While_nothing_changes_the_store_is_not_read()
    {
        await using var follower = Follow("/a/");
        await NextAsync(follower);
        for (var i = 0; i < 20; i++)
        {
            Put("/other/key");
        }

        Put("/a/key");
        await NextAsync(follower);

        Assert.Equal((1, 1), (_way.Reads, _way.Watches));
    }

    [Fact]
    public async Task A_long_outage_is_told_once()
    {
        var time = new ManualTime();
        await using var follower = Follow("", time);
        await NextAsync(follower);

        _way.Cut(block: true);
        Assert.IsType<StoreUpdate.Interrupted>(await NextAsync(follower));
        var next = NextAsync(follower);
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.False(next.IsCompleted);
        _way.Unblock();
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        Assert.IsType<StoreUpdate.Resumed>(await next);
    }

    [Fact]
    public async Task A_store_that_is_away_at_first_is_waited_for()
    {
        _way.Cut(block: true);
        await using var follower = Follow("");

        Assert.Contains("cut", Assert.IsType<StoreUpdate.Interrupted>(await NextAsync(follower)).Reason, StringComparison.Ordinal);
        _way.Unblock();

        Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backup_of_an_older_revision_is_listed(bool isWatching)
    {
        Put("/kept");
        var backup = _store.Access(state => state.ToSnapshot());
        Put("/lost");
        await using var follower = await FollowingAsync(isWatching);

        Restore(backup);

        var listed = await ListedAfterAsync(follower, isWatching);
        Assert.Equal((backup.Revision, "/kept"), (listed.Listing.Revision, Assert.Single(listed.Listing.Entries).Key));
        Put("/new");
        Assert.Equal("/new", Assert.Single(Assert.IsType<StoreUpdate.Changed>(await NextAsync(follower)).Events).Key);
    }

    [Fact]
    public async Task Another_cluster_is_listed_even_when_its_revision_is_higher()
    {
        await using var follower = await FollowingAsync(isWatching: true);

        Restore(_store.Access(state => state.ToSnapshot()) with { ClusterId = 8, Revision = 100 });

        var listed = await ListedAfterAsync(follower, wasWatching: true);
        Assert.Equal((8UL, 100L), (listed.Listing.ClusterId, listed.Listing.Revision));
    }

    [Fact]
    public async Task A_follower_that_was_slower_than_the_history_is_long_lists_again()
    {
        await using var follower = Follow("");
        await NextAsync(follower);
        Put("/first");
        await NextAsync(follower);

        for (var i = 0; i < 30_000; i++)
        {
            Put("/often");
        }

        var listed = Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower));
        Assert.Equal(30_000, listed.Listing.Entries[1].Version);
    }

    [Theory]
    [InlineData(StoreFailure.Denied)]
    [InlineData(StoreFailure.Refused)]
    public async Task A_store_that_may_not_be_listed_ends_it(StoreFailure failure)
    {
        await using var follower = new StoreFollower(new RefusingStore(failure)).FollowAsync("", Token).GetAsyncEnumerator(Token);

        Assert.Equal(failure, (await Assert.ThrowsAsync<StoreException>(async () => await follower.MoveNextAsync())).Failure);
    }

    [Fact]
    public async Task Cancelling_ends_it_also_in_an_outage()
    {
        using var cancel = new CancellationTokenSource();
        _way.Cut(block: true);
        await using var follower = new StoreFollower(_way, new ManualTime()).FollowAsync("", cancel.Token).GetAsyncEnumerator(cancel.Token);
        await NextAsync(follower);
        var next = follower.MoveNextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    private IAsyncEnumerator<StoreUpdate> Follow(string prefix, TimeProvider? time = null) =>
        new StoreFollower(_way, time).FollowAsync(prefix, Token).GetAsyncEnumerator(Token);

    private static async Task<StoreUpdate> NextAsync(IAsyncEnumerator<StoreUpdate> follower)
    {
        Assert.True(await follower.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token));
        return follower.Current;
    }

    /// <summary>A follower that has its list, and if wanted also its watch.</summary>
    private async Task<IAsyncEnumerator<StoreUpdate>> FollowingAsync(bool isWatching)
    {
        var follower = Follow("");
        await NextAsync(follower);
        if (isWatching)
        {
            Put("/seen");
            await NextAsync(follower);
        }

        return follower;
    }

    private static async Task<StoreUpdate.Listed> ListedAfterAsync(IAsyncEnumerator<StoreUpdate> follower, bool wasWatching)
    {
        if (wasWatching)
        {
            Assert.IsType<StoreUpdate.Interrupted>(await NextAsync(follower));
        }

        return Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower));
    }

    private void Restore(StoreSnapshot backup) => _store.Access(state =>
    {
        state.Restore(backup);
        return true;
    });

    private void Put(string key) => _store.Access(state => state.Commit(new StoreTransaction([], [new StoreWrite.Put(key, "1")])));
}
