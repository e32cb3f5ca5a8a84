using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>What every store must do; one class per kind of store runs it.</summary>
public abstract partial class StoreContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The keys of this test alone: other tests share the store.</summary>
    private readonly string _at = $"/{Guid.NewGuid():N}/";

    /// <summary>The store, over a way that can be cut.</summary>
    internal abstract IClusterStore Store { get; }

    /// <summary>The same store, over a way that cannot.</summary>
    internal abstract IClusterStore Direct { get; }

    /// <summary>How many keys a page of <see cref="Store"/> holds.</summary>
    protected const int PageSize = 100;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Breaks the connections of <see cref="Store"/>; while blocked, no new one is made.</summary>
    protected abstract void Cut(bool block);

    protected abstract void Unblock();

    /// <summary>The store's process dies and starts again with what it had on disk.</summary>
    protected abstract Task RestartAsync();

    protected abstract Task CompactAsync(long revision);

    [Fact]
    public async Task An_entry_knows_its_revisions_and_version()
    {
        var first = await PutAsync("a", "1");
        var second = await PutAsync("a", "2");

        var listing = await Store.ListAsync(_at, 0, Token);

        Assert.Equal([new StoreEntry(_at + "a", "2", first, second, 2, 0)], listing.Entries);
        Assert.Equal((first + 1, second), (second, listing.Revision));
        Assert.NotEqual(0UL, listing.ClusterId);
    }

    [Fact]
    public async Task A_key_that_comes_again_starts_anew()
    {
        await PutAsync("a", "1");
        await DeleteAsync("a");
        var again = await PutAsync("a", "2");

        var listing = await Store.ListAsync(_at, 0, Token);

        Assert.Equal([new StoreEntry(_at + "a", "2", again, again, 1, 0)], listing.Entries);
    }

    [Fact]
    public async Task What_changes_nothing_gets_no_revision()
    {
        var revision = await PutAsync("a", "1");

        var deleted = await Store.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete(_at + "absent")]), Token);
        var empty = await Store.CommitAsync(new StoreTransaction([], []), Token);
        var refused = await Store.CommitAsync(
            new StoreTransaction([StoreCompare.Absent(_at + "a")], [new StoreWrite.Put(_at + "a", "2")]), Token);

        Assert.Equal(
            [new StoreCommit(true, revision), new StoreCommit(true, revision), new StoreCommit(false, revision)],
            [deleted, empty, refused]);
    }

    [Fact]
    public async Task Every_guard_must_hold()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromMinutes(1), Token);
        var created = await PutAsync("a", "1", lease);
        var modified = await PutAsync("a", "2", lease);
        var key = _at + "a";
        StoreCompare[] holding =
        [
            StoreCompare.CreatedAt(key, created), StoreCompare.ModifiedAt(key, modified), StoreCompare.LeasedBy(key, lease), StoreCompare.Absent(_at + "b"),
        ];
        StoreCompare[] failing =
        [
            StoreCompare.Absent(key), StoreCompare.CreatedAt(key, modified), StoreCompare.ModifiedAt(key, created), StoreCompare.LeasedBy(key, 0),
        ];

        foreach (var compare in failing)
        {
            Assert.False((await Store.CommitAsync(new StoreTransaction([.. holding, compare], [new StoreWrite.Put(key, "3")]), Token)).Succeeded);
        }

        Assert.True((await Store.CommitAsync(new StoreTransaction(holding, [new StoreWrite.Put(key, "3"), new StoreWrite.Put(_at + "b", "1")]), Token)).Succeeded);
        Assert.Equal(["3", "1"], (await Store.ListAsync(_at, 0, Token)).Entries.Select(entry => entry.Value));
    }

    [Fact]
    public async Task Of_many_that_create_one_key_one_wins()
    {
        var commits = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => Store.CommitAsync(
            new StoreTransaction([StoreCompare.Absent(_at + "a")], [new StoreWrite.Put(_at + "a", $"{i}")]), Token))));

        var winner = Assert.Single(Enumerable.Range(0, 32), i => commits[i].Succeeded);
        var entry = Assert.Single((await Store.ListAsync(_at, 0, Token)).Entries);
        Assert.Equal(($"{winner}", 1), (entry.Value, entry.Version));
    }

    [Fact]
    public async Task A_deposed_leader_changes_nothing()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromMinutes(1), Token);
        var old = await ElectAsync("old", lease);
        await Store.RevokeLeaseAsync(lease, Token);
        var next = await ElectAsync("next", 0);

        var late = await Store.CommitAsync(new StoreTransaction([StoreCompare.CreatedAt(_at + "engine", old)], [new StoreWrite.Put(_at + "placed", "old")]), Token);
        var good = await Store.CommitAsync(new StoreTransaction([StoreCompare.CreatedAt(_at + "engine", next)], [new StoreWrite.Put(_at + "placed", "next")]), Token);

        Assert.Equal((false, true), (late.Succeeded, good.Succeeded));
        Assert.Equal("next", (await Store.ListAsync(_at + "placed", 0, Token)).Entries[0].Value);

        async Task<long> ElectAsync(string name, long by)
        {
            var commit = await Store.CommitAsync(
                new StoreTransaction([StoreCompare.Absent(_at + "engine")], [new StoreWrite.Put(_at + "engine", name, by)]), Token);
            Assert.True(commit.Succeeded);
            return commit.Revision;
        }
    }

    [Fact]
    public async Task Limits_are_refused_alike_and_change_nothing()
    {
        var before = await Store.ListAsync(_at, 0, Token);
        var many = Enumerable.Range(0, StoreTransaction.MaxOperations + 1).ToList();
        var long1 = new string('x', StoreTransaction.MaxBytes / 2);

        await RefusesAsync(StoreFailure.TooLarge, [], [.. many.Select(i => new StoreWrite.Put($"{_at}{i}", "1"))]);
        await RefusesAsync(StoreFailure.TooLarge, [.. many.Select(i => StoreCompare.Absent($"{_at}{i}"))], []);
        await RefusesAsync(StoreFailure.TooLarge, [], [new StoreWrite.Put(_at + "a", long1), new StoreWrite.Put(_at + "b", long1)]);
        await RefusesAsync(StoreFailure.TooLarge, [], [new StoreWrite.Put(_at + "a", "1"), new StoreWrite.Put(_at + "a", "2")]);
        await RefusesAsync(StoreFailure.Refused, [], [new StoreWrite.Put("", "1")]);
        await RefusesAsync(StoreFailure.LeaseNotFound, [], [new StoreWrite.Put(_at + "a", "1"), new StoreWrite.Put(_at + "b", "1", 123456)]);

        Assert.Equal(before.Revision, (await Store.ListAsync(_at, 0, Token)).Revision);

        async Task RefusesAsync(StoreFailure failure, StoreCompare[] compares, StoreWrite[] writes)
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => Store.CommitAsync(new StoreTransaction(compares, writes), Token));
            Assert.Equal(failure, refused.Failure);
            Assert.Contains(Store.Name, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_largest_transaction_is_taken()
    {
        var value = new string('x', (StoreTransaction.MaxBytes / StoreTransaction.MaxOperations) - (2 * (_at.Length + 3)));
        var all = Enumerable.Range(0, StoreTransaction.MaxOperations).Select(i => $"{_at}{i}").ToList();

        var commit = await Store.CommitAsync(
            new StoreTransaction([.. all.Select(StoreCompare.Absent)], [.. all.Select(key => new StoreWrite.Put(key, value))]), Token);

        Assert.True(commit.Succeeded);
    }

    [Fact]
    public async Task A_long_list_is_of_one_revision_while_writes_go_on()
    {
        for (var i = 0; i < 3 * PageSize; i += PageSize)
        {
            await Store.CommitAsync(new StoreTransaction([], [.. Enumerable.Range(i, PageSize).Select(n => new StoreWrite.Put($"{_at}{n:d4}", "0"))]), Token);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = Task.Run(
            async () =>
            {
                for (var value = 1; !stop.IsCancellationRequested; value++)
                {
                    await Direct.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(_at + "0000", $"{value}"), new StoreWrite.Put(_at + "0299", $"{value}")]), Token);
                }
            },
            Token);
        for (var i = 0; i < 20; i++)
        {
            var listing = await Store.ListAsync(_at, 0, Token);

            Assert.Equal(3 * PageSize, listing.Entries.Count);
            Assert.Equal(listing.Entries[0].Value, listing.Entries[^1].Value);
            Assert.Equal(listing.Entries, listing.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_past_revision_can_be_listed_until_it_is_compacted()
    {
        await PutAsync("a", "1");
        var then = await PutAsync("b", "1");
        await PutAsync("a", "2");
        await DeleteAsync("b");
        var now = await PutAsync("c", "1");

        var past = await Store.ListAsync(_at, then, Token);
        var future = await Assert.ThrowsAsync<StoreException>(() => Store.ListAsync(_at, now + 1000, Token));
        await CompactAsync(then + 1);
        var gone = await Assert.ThrowsAsync<StoreException>(() => Store.ListAsync(_at, then, Token));

        Assert.Equal((then, "a=1 b=1"), (past.Revision, Show(past)));
        Assert.Equal((StoreFailure.Refused, StoreFailure.Compacted), (future.Failure, gone.Failure));
        Assert.Equal("a=2 b=1", Show(await Store.ListAsync(_at, then + 1, Token)));
    }

    [Fact]
    public async Task Any_text_is_kept_and_ordered_by_its_characters()
    {
        string[] keys = ["a", "z", "é", "\uFFFD", "\U0001F600"];
        foreach (var key in keys)
        {
            await PutAsync(key, key + "\n\"\0 €");
        }

        var entries = (await Store.ListAsync(_at, 0, Token)).Entries;

        Assert.Equal(keys.Order(StringComparer.Ordinal).Select(key => (_at + key, key + "\n\"\0 €")), entries.Select(entry => (entry.Key, entry.Value)));
    }

    protected async Task<long> PutAsync(string key, string value, long lease = 0) =>
        (await Direct.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(_at + key, value, lease)]), Token)).Revision;

    private async Task<long> DeleteAsync(string key) =>
        (await Direct.CommitAsync(new StoreTransaction([], [new StoreWrite.Delete(_at + key)]), Token)).Revision;

    private string Show(StoreListing listing) => string.Join(' ', listing.Entries.Select(entry => $"{entry.Key[_at.Length..]}={entry.Value}"));
}
