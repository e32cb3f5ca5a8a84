using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;
using HaWeb.Tests.Unit.Operations;

namespace HaWeb.Tests.Unit.Stores;

public sealed class ClusterClientTests : IAsyncDisposable
{
    private readonly EmbeddedStore _store = new();
    private readonly HookedStore _hooked;
    private readonly ClusterClient _client;

    public ClusterClientTests()
    {
        _hooked = new HookedStore(_store);
        _client = new ClusterClient(_hooked, TestCluster.Keys, ClusterKind.Simulated);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task An_operation_is_carried_out_and_its_outcome_said()
    {
        var outcome = await _client.ApplyAsync(Import("web.service"), Cancel);

        Assert.Equal("web.service", Assert.Single(outcome.Changes).Target);
        var state = await _client.ReadAsync(Cancel);
        Assert.Equal(outcome.Revision, state.Revision);
        Assert.True(state.Units.Contains("web.service"));
    }

    [Fact]
    public async Task Racing_operators_are_planned_again()
    {
        await _client.ApplyAsync(Import("web.service"), Cancel);
        var overtaken = 0;
        _hooked.BeforeCommit = async _ =>
        {
            if (overtaken++ < 3)
            {
                await new ClusterClient(_store, TestCluster.Keys, ClusterKind.Simulated).ApplyAsync(new StartUnits(["web.service"], overtaken == 1 ? DesiredState.Loaded : DesiredState.Launched), Cancel);
            }
        };

        var outcome = await _client.ApplyAsync(new StartUnits(["web.service"]), Cancel);

        // The first rival only loaded it, the second one did all that was asked for: nothing was left to do.
        Assert.Equal(2, overtaken);
        Assert.Empty(outcome.Changes);
        Assert.Empty(outcome.Refusals);
        Assert.Equal(DesiredState.Launched, (await _client.ReadAsync(Cancel)).Units["web.service"]!.Value.Desired);
    }

    [Fact]
    public async Task Two_operators_who_restart_a_unit_at_once_restart_it_once()
    {
        await _client.ApplyAsync(Import("web.service"), Cancel);
        await _client.ApplyAsync(new StartUnits(["web.service"]), Cancel);
        _hooked.BeforeCommit = async _ =>
        {
            _hooked.BeforeCommit = null;
            await _client.ApplyAsync(new RestartUnits(["web.service"]), Cancel);
        };

        var outcome = await _client.ApplyAsync(new RestartUnits(["web.service"]), Cancel);

        Assert.Empty(outcome.Changes);
        Assert.Equal(1, (await _client.ReadAsync(Cancel)).Units["web.service"]!.Value.Restart);
    }

    [Fact]
    public async Task Whoever_is_overtaken_every_time_is_told()
    {
        await _client.ApplyAsync(Import("web.service"), Cancel);
        _hooked.BeforeCommit = async _ =>
        {
            var key = TestCluster.Keys.Unit("web.service");
            var value = (await _store.ListAsync(key, 0, Cancel)).Entries[0].Value;
            await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(key, value)]), Cancel);
        };

        var outcome = await _client.ApplyAsync(new StartUnits(["web.service"]), Cancel);

        Assert.Empty(outcome.Changes);
        Assert.Equal(("ChangedMeanwhile", RefusalKind.Conflict, "web.service"), Assert.Single(outcome.Refusals) switch { var refusal => (refusal.Id, refusal.Kind, refusal.Target) });
    }

    [Fact]
    public async Task A_thousand_units_start_although_somebody_is_in_between()
    {
        await _client.ApplyAsync(new ImportUnits([new UnitSource("nginx@.service", TestCluster.Web)]), Cancel);
        var commits = 0;
        _hooked.BeforeCommit = async _ =>
        {
            if (++commits == 5)
            {
                await new ClusterClient(_store, TestCluster.Keys, ClusterKind.Simulated).ApplyAsync(new StartUnits(["nginx@999.service"]), Cancel);
            }
        };

        var outcome = await _client.ApplyAsync(new StartUnits([.. Enumerable.Range(1, 1000).Select(n => $"nginx@{n}.service")]), Cancel);

        Assert.Equal(999, outcome.Changes.Count);
        Assert.Equal(1001, (await _client.ReadAsync(Cancel)).Units.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_commit_without_an_answer_is_tried_once_more_and_not_done_twice(bool happened)
    {
        await _client.ApplyAsync(Import("web.service"), Cancel);
        await _client.ApplyAsync(new StartUnits(["web.service"]), Cancel);
        _hooked.LoseAnswers(1, happened);

        var outcome = await _client.ApplyAsync(new RestartUnits(["web.service"]), Cancel);

        Assert.Equal((OperationAction.Restart, "web.service"), Assert.Single(outcome.Changes) switch { var change => (change.Action, change.Target) });
        Assert.Equal(1, (await _client.ReadAsync(Cancel)).Units["web.service"]!.Value.Restart);
    }

    [Fact]
    public async Task A_store_that_stays_away_is_an_error_that_says_how_far_it_came()
    {
        await _client.ApplyAsync(new ImportUnits([new UnitSource("nginx@.service", TestCluster.Web)]), Cancel);
        var commits = 0;
        _hooked.BeforeCommit = _ =>
        {
            if (++commits == 2)
            {
                _hooked.LoseAnswers(2, happen: false);
            }

            return Task.CompletedTask;
        };

        var failure = await Assert.ThrowsAsync<StoreException>(
            () => _client.ApplyAsync(new StartUnits([.. Enumerable.Range(1, 100).Select(n => $"nginx@{n}.service")]), Cancel));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.Contains("60 of 100 changes", failure.Message);
        _hooked.BeforeCommit = null;
        Assert.Equal(40, (await _client.ApplyAsync(new StartUnits([.. Enumerable.Range(1, 100).Select(n => $"nginx@{n}.service")]), Cancel)).Changes.Count);
    }

    [Fact]
    public async Task Both_prefixes_are_read_at_one_revision()
    {
        await _client.ApplyAsync(Import("web.service"), Cancel);
        _hooked.AfterList = async () =>
        {
            _hooked.AfterList = null;
            await _client.ApplyAsync(new RegisterBackend("db", "a", new Backend(IPAddress.Loopback, 1)), Cancel);
        };

        Assert.Empty((await _client.ReadAsync(Cancel)).Backends.Owners);
        Assert.Single((await _client.ReadAsync(Cancel)).Backends.Owners);
    }

    [Fact]
    public async Task Following_gives_the_present_state_and_then_every_change_through_a_break()
    {
        await _client.ApplyAsync(Import("a.service"), Cancel);
        var cuttable = new CuttableStore(_store);
        var said = new List<string?>();
        await using var states = new ClusterClient(cuttable, TestCluster.Keys, ClusterKind.Simulated)
            .WatchAsync(said.Add, Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await states.MoveNextAsync());
        Assert.Empty(states.Current.Changed);
        Assert.True(states.Current.State.Units.Contains("a.service"));

        await _client.ApplyAsync(Import("b.service"), Cancel);
        Assert.True(await states.MoveNextAsync());
        Assert.Contains(new ClusterKey(ClusterTable.Units, "b.service", ""), states.Current.Changed);

        cuttable.Cut();
        await _client.ApplyAsync(new RegisterBackend("db", "primary", new Backend(IPAddress.Loopback, 1)), Cancel);
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(new ClusterKey(ClusterTable.Backends, "db", "primary"), Assert.Single(states.Current.Changed));
        Assert.NotNull(said[0]);
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _client.WatchAsync(null, ending.Token))
            {
                await ending.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task The_clusters_id_is_made_once()
    {
        var ids = await Task.WhenAll(_client.GetClusterIdAsync(Cancel), _client.GetClusterIdAsync(Cancel));

        Assert.Equal(ids[0], ids[1]);
        Assert.Equal(ids[0], await _client.GetClusterIdAsync(Cancel));
        Assert.Equal(16, ids[0].Length);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_named_with_every_endpoint_and_why()
    {
        var connection = new ClusterConnection.InEtcd(new EtcdOptions { Endpoints = ["127.0.0.1:1", "127.0.0.1:2"], Timeout = TimeSpan.FromMilliseconds(300) });

        var failure = await Assert.ThrowsAsync<StoreException>(() => ClusterClient.ConnectAsync(connection, TimeSpan.FromSeconds(1), Cancel));

        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.Contains("http://127.0.0.1:1", failure.Message);
        Assert.Contains("http://127.0.0.1:2", failure.Message);
    }

    [Fact]
    public async Task A_store_in_a_file_keeps_what_was_done()
    {
        var folder = Directory.CreateTempSubdirectory("haweb-client-");
        try
        {
            var connection = new ClusterConnection.InFile(Path.Combine(folder.FullName, "cluster"));
            await using (var client = await ClusterClient.ConnectAsync(connection, null, Cancel))
            {
                await client.ApplyAsync(Import("web.service"), Cancel);
            }

            await using var again = await ClusterClient.ConnectAsync(connection, null, Cancel);
            Assert.True((await again.ReadAsync(Cancel)).Units.Contains("web.service"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ImportUnits Import(string name) => new([new UnitSource(name, TestCluster.Plain)]);
}
