using System.Diagnostics;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Storage;

public sealed class StoreStateTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StoreState _state = new();

    [Fact]
    public void A_new_store_is_empty_at_revision_1()
    {
        Assert.Equal((1, 0, 0), (_state.Revision, _state.CompactedRevision, _state.Count));
        Assert.Empty(_state.EventsFrom("", 1));
        Assert.Null(_state.NextExpiry);
    }

    [Fact]
    public void All_writes_of_a_transaction_have_its_revision_and_their_order()
    {
        Put("b", "0");

        var commit = _state.Commit(new StoreTransaction(
            [], [new StoreWrite.Put("c", "1"), new StoreWrite.Delete("b"), new StoreWrite.Delete("absent"), new StoreWrite.Put("a", "1")]));

        Assert.Equal(new StoreCommit(true, 3), commit);
        Assert.Equal([("c", 3), ("b", 3), ("a", 3)], _state.EventsFrom("", 3).Select(change => (change.Key, change.Revision)));
    }

    [Fact]
    public void A_prefix_is_listed_in_ordinal_order_and_nothing_else()
    {
        foreach (var key in new[] { "/b", "/a/2", "/a", "/a/10", "/a/", "/a0", "/A/1", "z" })
        {
            Put(key, "");
        }

        Assert.Equal(["/a/", "/a/10", "/a/2"], Keys("/a/"));
        Assert.Equal(["z"], Keys("z"));
        Assert.Empty(Keys("zz"));
        Assert.Empty(Keys("\0"));
        Assert.Equal(8, Keys("").Count);
    }

    [Fact]
    public void A_refused_transaction_changes_nothing_and_says_why()
    {
        var unknownLease = Assert.Throws<StoreRefusedException>(() => _state.Commit(
            new StoreTransaction([], [new StoreWrite.Put("a", "1"), new StoreWrite.Put("b", "1", 7)])));
        var twice = Assert.Throws<StoreRefusedException>(() => _state.Commit(
            new StoreTransaction([], [new StoreWrite.Put("a", "1"), new StoreWrite.Delete("a")])));

        Assert.Equal((StoreRefusal.LeaseNotFound, StoreFailure.LeaseNotFound), (unknownLease.Refusal, unknownLease.Failure));
        Assert.Equal((StoreRefusal.DuplicateKey, StoreFailure.TooLarge), (twice.Refusal, twice.Failure));
        Assert.Equal((1, 0), (_state.Revision, _state.Count));
    }

    [Fact]
    public void A_lease_that_no_put_needs_because_a_guard_fails_is_not_missed()
    {
        var commit = _state.Commit(new StoreTransaction([StoreCompare.CreatedAt("a", 5)], [new StoreWrite.Put("a", "1", 7)]));

        Assert.False(commit.Succeeded);
    }

    [Theory]
    [InlineData(StoreTransaction.MaxOperations, true)]
    [InlineData(StoreTransaction.MaxOperations + 1, false)]
    public void The_number_of_writes_is_limited(int writes, bool accepted)
    {
        var transaction = new StoreTransaction([], [.. Enumerable.Range(0, writes).Select(i => new StoreWrite.Put($"{i}", ""))]);

        Assert.Equal(accepted, Record.Exception(() => _state.Commit(transaction)) is null);
    }

    [Fact]
    public void The_size_is_counted_in_bytes_of_keys_and_values()
    {
        var fits = new StoreTransaction([StoreCompare.Absent("g")], [new StoreWrite.Put("k", new string('x', StoreTransaction.MaxBytes - 4) + "é")]);
        var over = fits with { Compares = [StoreCompare.Absent("gg")] };

        Assert.Equal(StoreRefusal.TooLarge, Assert.Throws<StoreRefusedException>(over.Validate).Refusal);
        Assert.True(_state.Commit(fits).Succeeded);
    }

    [Fact]
    public void Leases_end_in_the_order_they_ran_out_each_at_its_own_revision()
    {
        var late = _state.GrantLease(TimeSpan.FromSeconds(3), Start);
        var early = _state.GrantLease(TimeSpan.FromSeconds(1), Start);
        var empty = _state.GrantLease(TimeSpan.FromSeconds(2), Start);
        Put("a", "1", late);
        Put("c", "1", early);
        Put("b", "1", early);
        var before = _state.Revision;
        Assert.Equal(Start.AddSeconds(1), _state.NextExpiry);

        Assert.Equal(0, _state.Advance(Start.AddSeconds(1).AddTicks(-1)));
        Assert.Equal(3, _state.Advance(Start.AddSeconds(3)));

        Assert.Equal([("b", before + 1), ("c", before + 1), ("a", before + 2)], _state.EventsFrom("", before + 1).Select(change => (change.Key, change.Revision)));
        Assert.Empty(_state.Leases);
        Assert.False(_state.RevokeLease(empty));
    }

    [Fact]
    public void A_key_goes_with_the_lease_of_its_last_put()
    {
        var first = _state.GrantLease(TimeSpan.FromSeconds(1), Start);
        var second = _state.GrantLease(TimeSpan.FromSeconds(5), Start);
        Put("moved", "1", first);
        Put("moved", "2", second);
        Put("freed", "1", first);
        Put("freed", "2");
        Put("deleted", "1", first);
        Delete("deleted");
        Put("deleted", "again");
        Put("kept", "1", first);

        Assert.Equal(["kept"], _state.KeysOf(first));
        _state.Advance(Start.AddSeconds(1));

        Assert.Equal(["deleted", "freed", "moved"], Keys(""));
        Assert.Equal(["moved"], _state.KeysOf(second));
    }

    [Fact]
    public void Keeping_alive_counts_from_now_and_fails_once_the_time_is_over()
    {
        var lease = _state.GrantLease(TimeSpan.FromSeconds(10), Start);

        Assert.True(_state.KeepAlive(lease, Start.AddSeconds(9)));
        Assert.Equal(TimeSpan.FromSeconds(6), _state.GetRemaining(lease, Start.AddSeconds(13)));
        Assert.False(_state.KeepAlive(lease, Start.AddSeconds(19)));
        Assert.False(_state.KeepAlive(lease + 1, Start));
    }

    [Fact]
    public void After_an_outage_every_lease_has_its_full_time_again_however_long_it_was()
    {
        var lease = _state.GrantLease(TimeSpan.FromSeconds(10), Start);
        Put("a", "1", lease);

        _state.RefreshLeases(Start.AddHours(1));

        Assert.Equal(0, _state.Advance(Start.AddHours(1).AddSeconds(9)));
        Assert.Equal(1, _state.Advance(Start.AddHours(1).AddSeconds(10)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(1, 1)]
    [InlineData(1.2, 2)]
    [InlineData(10, 10)]
    public void A_lease_lives_whole_seconds(double asked, int given)
    {
        var lease = _state.GrantLease(TimeSpan.FromSeconds(asked), Start);

        Assert.Equal(TimeSpan.FromSeconds(given), _state.GetRemaining(lease, Start));
    }

    [Fact]
    public void Lease_ids_are_not_given_twice_not_even_after_a_restored_backup()
    {
        var first = _state.GrantLease(TimeSpan.FromSeconds(1), Start);
        var backup = _state.ToSnapshot();
        var second = _state.GrantLease(TimeSpan.FromSeconds(1), Start);

        _state.Restore(backup);
        var third = _state.GrantLease(TimeSpan.FromSeconds(1), Start);

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Fact]
    public void A_compacted_store_still_knows_that_revision_and_what_comes_after()
    {
        Put("a", "1");
        Put("a", "2");
        Delete("a");
        Put("b", "1");

        _state.Compact(3);

        Assert.Equal("2", Assert.Single(_state.List("", 3).Entries).Value);
        Assert.Equal([4L, 5L], _state.EventsFrom("", 4).Select(change => change.Revision));
        Assert.Equal(StoreRefusal.Compacted, Assert.Throws<StoreRefusedException>(() => _state.List("", 2)).Refusal);
        Assert.Equal(StoreRefusal.Compacted, Assert.Throws<StoreRefusedException>(() => _state.EventsFrom("", 3)).Refusal);
        Assert.Equal(StoreRefusal.Compacted, Assert.Throws<StoreRefusedException>(() => _state.Compact(3)).Refusal);
        Assert.Equal(StoreRefusal.FutureRevision, Assert.Throws<StoreRefusedException>(() => _state.Compact(6)).Refusal);
        Assert.Equal(StoreRefusal.FutureRevision, Assert.Throws<StoreRefusedException>(() => _state.List("", 6)).Refusal);
    }

    [Fact]
    public void A_trimmed_history_keeps_whole_revisions_and_no_more_than_asked()
    {
        for (var i = 0; i < 10; i++)
        {
            _state.Commit(new StoreTransaction([], [new StoreWrite.Put("a", $"{i}"), new StoreWrite.Put("b", $"{i}")]));
        }

        _state.TrimHistory(5);

        Assert.Equal((4, 9), (_state.HistoryLength, _state.CompactedRevision));
        Assert.Equal([10L, 10L, 11L, 11L], _state.EventsFrom("", 10).Select(change => change.Revision));
    }

    [Fact]
    public void A_snapshot_is_the_whole_store()
    {
        var lease = _state.GrantLease(TimeSpan.FromSeconds(5), Start);
        Put("b", "1", lease);
        Put("a", "ü\n", lease);
        Put("a", "2", lease);

        var copy = new StoreState(StoreSnapshot.Parse(_state.ToSnapshot().ToJson()));

        Assert.Equal(_state.List("").Entries, copy.List("").Entries);
        Assert.Equal((_state.ClusterId, _state.Revision, _state.Revision), (copy.ClusterId, copy.Revision, copy.CompactedRevision));
        Assert.Equal(_state.ToSnapshot().ToJson(), copy.ToSnapshot().ToJson());
        Assert.Equal(1, copy.Advance(Start.AddSeconds(5)));
        Assert.Empty(Keys(copy, ""));
        Assert.Equal(lease + 1, copy.GrantLease(TimeSpan.FromSeconds(1), Start));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\":2}")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":0,\"lastLease\":0,\"entries\":[],\"leases\":[]}")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":5,\"lastLease\":0,\"entries\":[null],\"leases\":[]}")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":5,\"lastLease\":0,\"entries\":[{\"key\":\"a\",\"value\":\"1\",\"createRevision\":2,\"modRevision\":6,\"version\":1,\"lease\":0}],\"leases\":[]}")]
    [InlineData("{\"format\":1,\"clusterId\":1,\"revision\":5,\"lastLease\":0,\"entries\":[{\"key\":\"a\",\"value\":\"1\",\"createRevision\":2,\"modRevision\":2,\"version\":1,\"lease\":3}],\"leases\":[]}")]
    public void What_is_no_snapshot_is_refused(string json)
    {
        Assert.Throws<FormatException>(() => StoreSnapshot.Parse(System.Text.Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void A_big_store_stays_quick()
    {
        const int Keys = 100_000;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Keys; i++)
        {
            Put($"/units/{i * 7919 % Keys:d6}", "1");
        }

        for (var i = 0; i < Keys; i++)
        {
            Put($"/units/{i:d6}", "2");
            Assert.Single(_state.EventsFrom("/units/", _state.Revision));
        }

        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(10, _state.List($"/units/{i * 10:d6}"[..^1]).Entries.Count);
        }

        Assert.Equal(Keys, _state.List("/units/").Entries.Count);

        // Two hundred thousand commits take about a third of a second here; something quadratic would take minutes.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static List<string> Keys(StoreState state, string prefix) => [.. state.List(prefix).Entries.Select(entry => entry.Key)];

    private List<string> Keys(string prefix) => Keys(_state, prefix);

    private void Put(string key, string value, long lease = 0) =>
        Assert.True(_state.Commit(new StoreTransaction([], [new StoreWrite.Put(key, value, lease)])).Succeeded);

    private void Delete(string key) => Assert.True(_state.Commit(new StoreTransaction([], [new StoreWrite.Delete(key)])).Succeeded);
}
