using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

public sealed class EmbeddedStoreFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-store-");

    private string FilePath => Path.Combine(_folder.FullName, "sub", "cluster.json");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_done_is_there_after_a_restart()
    {
        long lease;
        StoreListing before;
        await using (var store = EmbeddedStore.Open(FilePath))
        {
            lease = await store.GrantLeaseAsync(TimeSpan.FromSeconds(30), Token);
            var revoked = await store.GrantLeaseAsync(TimeSpan.FromSeconds(30), Token);
            await PutAsync(store, "a", "1");
            await PutAsync(store, "a", "2", lease);
            await PutAsync(store, "b", "1", revoked);
            await PutAsync(store, "c", "€\n");
            await store.CommitAsync(new StoreTransaction([StoreCompare.Absent("a")], [new StoreWrite.Put("never", "1")]), Token);
            await store.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete("c"), new StoreWrite.Put("d", "1")]), Token);
            await store.RevokeLeaseAsync(revoked, Token);
            await Assert.ThrowsAsync<StoreException>(() => PutAsync(store, "b", "1", revoked));
            before = await store.ListAsync("", 0, Token);
        }

        await using var again = EmbeddedStore.Open(FilePath);
        var after = await again.ListAsync("", 0, Token);

        Assert.Equal(["a", "d"], after.Entries.Select(entry => entry.Key));
        Assert.Equal(before.Entries, after.Entries);
        Assert.Equal((before.ClusterId, before.Revision), (after.ClusterId, after.Revision));
        Assert.True(await again.KeepAliveAsync(lease, Token));
        Assert.NotEqual(lease, await again.GrantLeaseAsync(TimeSpan.FromSeconds(1), Token));
    }

    [Fact]
    public async Task Two_stores_in_two_files_are_two_clusters()
    {
        await using var one = EmbeddedStore.Open(FilePath);
        await using var two = EmbeddedStore.Open(FilePath + "2");

        Assert.NotEqual((await one.ListAsync("", 0, Token)).ClusterId, (await two.ListAsync("", 0, Token)).ClusterId);
    }

    [Fact]
    public async Task Leases_have_their_full_time_after_a_restart_and_expired_keys_stay_away()
    {
        var time = new ManualTime();
        await using (var store = EmbeddedStore.Open(FilePath, time))
        {
            await PutAsync(store, "short", "1", await store.GrantLeaseAsync(TimeSpan.FromSeconds(1), Token));
            await PutAsync(store, "long", "1", await store.GrantLeaseAsync(TimeSpan.FromSeconds(10), Token));
            time.Advance(TimeSpan.FromSeconds(9));
        }

        time.Advance(TimeSpan.FromHours(1));
        await using var again = EmbeddedStore.Open(FilePath, time);
        var entry = Assert.Single((await again.ListAsync("", 0, Token)).Entries);

        Assert.Equal(("long", TimeSpan.FromSeconds(10)), (entry.Key, await again.GetRemainingAsync(entry.Lease, Token)));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty((await again.ListAsync("", 0, Token)).Entries);
    }

    [Fact]
    public async Task A_line_that_was_being_written_when_the_process_died_is_dropped()
    {
        await using (var store = EmbeddedStore.Open(FilePath))
        {
            await PutAsync(store, "a", "1");
            await PutAsync(store, "b", "1");
        }

        var bytes = await File.ReadAllBytesAsync(FilePath, Token);
        await File.WriteAllBytesAsync(FilePath, bytes[..^5], Token);
        await using (var store = EmbeddedStore.Open(FilePath))
        {
            Assert.Equal("a", Assert.Single((await store.ListAsync("", 0, Token)).Entries).Key);
            await PutAsync(store, "c", "1");
        }

        await using var again = EmbeddedStore.Open(FilePath);
        Assert.Equal(["a", "c"], (await again.ListAsync("", 0, Token)).Entries.Select(entry => entry.Key));
    }

    [Theory]
    [InlineData("no store at all")]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":1,\"lastLease\":0,\"entries\":[],\"leases\":[]}\nrubbish\n")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":1,\"lastLease\":0,\"entries\":[],\"leases\":[]}\n{\"revoke\":7}\n")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":1,\"lastLease\":0,\"entries\":[],\"leases\":[]}\n{\"writes\":[{\"value\":\"1\"}]}\n")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":1,\"lastLease\":0,\"entries\":[],\"leases\":[]}\n{\"writes\":[null]}\n")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":1,\"lastLease\":0,\"entries\":[],\"leases\":[]}\n{\"grant\":1e300}\n")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":1,\"lastLease\":0,\"entries\":[],\"leases\":[]}")]
    public void A_damaged_file_is_named_and_left_alone(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, content);

        var refused = Assert.Throws<StoreException>(() => EmbeddedStore.Open(FilePath));

        Assert.Equal(StoreFailure.Refused, refused.Failure);
        Assert.Contains(FilePath, refused.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(FilePath));
    }

    [Fact]
    public async Task A_file_has_one_user_at_a_time()
    {
        var first = EmbeddedStore.Open(FilePath);

        var refused = Assert.Throws<StoreException>(() => EmbeddedStore.Open(FilePath));
        Assert.Equal(StoreFailure.Unavailable, refused.Failure);
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        await EmbeddedStore.Open(FilePath).DisposeAsync();
    }

    [Fact]
    public async Task A_long_file_is_written_anew_and_holds_the_same()
    {
        var value = new string('x', 300_000);
        StoreListing before;
        await using (var store = EmbeddedStore.Open(FilePath))
        {
            for (var i = 0; i < 12; i++)
            {
                await PutAsync(store, "a", value + i);
            }

            before = await store.ListAsync("", 0, Token);
            Assert.InRange(new FileInfo(FilePath).Length, 300_000, 1_900_000);
        }

        await using var again = EmbeddedStore.Open(FilePath);
        Assert.Equal(before.Entries, (await again.ListAsync("", 0, Token)).Entries);
        Assert.Equal(12, before.Entries[0].Version);
    }

    [Fact]
    public async Task A_closed_store_tells_its_callers_and_watchers()
    {
        var store = new EmbeddedStore();
        await using var watch = store.WatchAsync("", 2, Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync();

        await store.DisposeAsync();

        Assert.Equal(StoreFailure.Unavailable, (await Assert.ThrowsAsync<StoreException>(async () => await next)).Failure);
        Assert.Equal(StoreFailure.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => store.ListAsync("", 0, Token))).Failure);
    }

    private static Task<StoreCommit> PutAsync(EmbeddedStore store, string key, string value, long lease = 0) =>
        store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(key, value, lease)]), Token);
}
