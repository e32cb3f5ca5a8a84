using System.Diagnostics;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_watch_tells_the_past_with_what_was_before()
    {
        var first = await PutAsync("a", "1");
        await PutAsync("a", "2");
        await DeleteAsync("a");

        var events = await EventsAsync(first, 3);

        var one = new StoreEntry(_at + "a", "1", first, first, 1, 0);
        var two = new StoreEntry(_at + "a", "2", first, first + 1, 2, 0);
        Assert.Equal(
            [
                new StoreEvent(first, _at + "a", one, null),
                new StoreEvent(first + 1, _at + "a", two, one),
                new StoreEvent(first + 2, _at + "a", null, two),
            ],
            events);
    }

    [Fact]
    public async Task A_watch_is_complete_and_in_order_while_many_write()
    {
        const int Writers = 8, Rounds = 25;
        var start = (await Store.ListAsync(_at, 0, Token)).Revision;
        await using var watch = await WatchAsync(start + 1);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    await Direct.CommitAsync(
                        new StoreTransaction([], [new StoreWrite.Put($"{_at}{writer}", $"{round}"), new StoreWrite.Put(_at + "last", $"{writer}")]), Token);
                }
            },
            Token)));

        var seen = new List<StoreEvent>();
        while (seen.Count < 2 * Writers * Rounds)
        {
            Assert.True(await watch.MoveNextAsync());
            seen.AddRange(watch.Current.Events);

            Assert.Equal(0, watch.Current.Events.Count % 2);
            Assert.Equal(seen[^1].Revision, watch.Current.Events.Count > 0 ? watch.Current.Events[^1].Revision : seen[^1].Revision);
        }

        await writing;
        Assert.Equal(seen.OrderBy(change => change.Revision), seen);
        Assert.Equal(Writers * Rounds, seen.Select(change => change.Revision).Distinct().Count());
        foreach (var history in seen.GroupBy(change => change.Key))
        {
            Assert.Equal(history.SkipLast(1).Select(change => change.Entry), history.Skip(1).Select(change => change.Previous));
        }

        var last = seen.GroupBy(change => change.Key).Select(history => history.Last().Entry!).OrderBy(entry => entry.Key, StringComparer.Ordinal);
        Assert.Equal((await Store.ListAsync(_at, 0, Token)).Entries, last);
    }

    [Fact]
    public async Task A_watch_of_compacted_history_says_so()
    {
        var first = await PutAsync("a", "1");
        var deleted = await DeleteAsync("a");
        await PutAsync("b", "1");
        await CompactAsync(deleted);

        // The delete at the compacted revision itself is forgotten, so that one may not be followed either.
        foreach (var revision in new[] { first, deleted })
        {
            var gone = await Assert.ThrowsAsync<StoreException>(async () => await EventsAsync(revision, 1));
            Assert.Equal(StoreFailure.Compacted, gone.Failure);
        }

        Assert.Equal(_at + "b", (await EventsAsync(deleted + 1, 1))[0].Key);
    }

    [Fact]
    public async Task A_watch_ends_at_once_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await using var watch = Store.WatchAsync(_at, 1_000_000, cancel.Token).GetAsyncEnumerator(cancel.Token);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync();
        var clock = Stopwatch.StartNew();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 250);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_no_failure()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListAsync(_at, 0, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CommitAsync(new StoreTransaction([], []), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.KeepAliveAsync(1, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.WatchAsync(_at, 1, cancelled).GetAsyncEnumerator(cancelled).MoveNextAsync());
    }

    [Fact]
    public async Task A_follower_goes_on_after_a_cut_without_loss_or_repeat()
    {
        await PutAsync("a", "1");
        await using var follower = Follow();
        Assert.Equal("a=1", Show(Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower)).Listing));
        await PutAsync("b", "1");
        Assert.Equal("+b=1", Show(await NextAsync(follower)));

        Cut(block: true);
        Assert.IsType<StoreUpdate.Interrupted>(await NextAsync(follower));
        await PutAsync("b", "2");
        await DeleteAsync("a");
        Unblock();

        Assert.IsType<StoreUpdate.Resumed>(await NextAsync(follower));
        await PutAsync("c", "1");
        Assert.Equal("+b=2 -a +c=1", await ChangesAsync(follower, 3));
    }

    [Fact]
    public async Task A_follower_goes_on_after_the_store_has_restarted()
    {
        await using var follower = Follow();
        Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower));
        await PutAsync("a", "1");
        Assert.Equal("+a=1", Show(await NextAsync(follower)));

        await RestartAsync();
        Assert.IsType<StoreUpdate.Interrupted>(await NextAsync(follower));
        Assert.IsType<StoreUpdate.Resumed>(await NextAsync(follower));
        await PutAsync("b", "1");

        Assert.Equal("+b=1", Show(await NextAsync(follower)));
    }

    [Fact]
    public async Task A_follower_lists_again_when_history_was_compacted_meanwhile()
    {
        await PutAsync("a", "1");
        await using var follower = Follow();
        Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower));

        Cut(block: true);
        Assert.IsType<StoreUpdate.Interrupted>(await NextAsync(follower));
        await PutAsync("b", "1");
        await CompactAsync(await DeleteAsync("a"));
        Unblock();

        var again = Assert.IsType<StoreUpdate.Listed>(await NextAsync(follower));
        Assert.Equal("b=1", Show(again.Listing));
        await PutAsync("c", "1");
        Assert.Equal("+c=1", Show(await NextAsync(follower)));
    }

    private IAsyncEnumerator<StoreUpdate> Follow() => new StoreFollower(Store).FollowAsync(_at, Token).GetAsyncEnumerator(Token);

    private static async Task<StoreUpdate> NextAsync(IAsyncEnumerator<StoreUpdate> follower)
    {
        Assert.True(await follower.MoveNextAsync().AsTask().WaitAsync(Patience, Token));
        return follower.Current;
    }

    private async Task<string> ChangesAsync(IAsyncEnumerator<StoreUpdate> follower, int count)
    {
        var events = new List<StoreEvent>();
        while (events.Count < count)
        {
            events.AddRange(Assert.IsType<StoreUpdate.Changed>(await NextAsync(follower)).Events);
        }

        return Show(events);
    }

    /// <summary>A watch that the store has acknowledged.</summary>
    private async Task<IAsyncEnumerator<StoreUpdate.Changed>> WatchAsync(long fromRevision)
    {
        var watch = Store.WatchAsync(_at, fromRevision, Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Empty(watch.Current.Events);
        return watch;
    }

    private async Task<List<StoreEvent>> EventsAsync(long fromRevision, int count)
    {
        var events = new List<StoreEvent>();
        await foreach (var change in Store.WatchAsync(_at, fromRevision, Token).WithCancellation(Token))
        {
            events.AddRange(change.Events);
            if (events.Count >= count)
            {
                break;
            }
        }

        return events;
    }

    private string Show(StoreUpdate update) => Show(Assert.IsType<StoreUpdate.Changed>(update).Events);

    private string Show(IEnumerable<StoreEvent> events) =>
        string.Join(' ', events.Select(change => change.Entry is { } entry ? $"+{entry.Key[_at.Length..]}={entry.Value}" : $"-{change.Key[_at.Length..]}"));
}
