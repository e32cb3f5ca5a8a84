using System.Globalization;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Simulation;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Simulated;

namespace HaWeb.Tests.Unit.Simulated;

public sealed class SimulatedClusterTests
{
    private const string Worker = """
        [Service]
        ExecStart=/usr/bin/docker run --rm --name worker%i worker
        """;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_cluster_has_agents_and_an_engine_once_it_has_settled()
    {
        await using var client = Connect(3);

        var state = await client.ReadAsync(None);

        Assert.Equal(["sim-1", "sim-2", "sim-3"], state.Sessions.Names.Order());
        Assert.NotNull(state.Engine);
    }

    [Fact]
    public async Task What_was_asked_for_is_there_when_the_state_is_read_next()
    {
        await using var client = Connect(3);

        await StartAsync(client, Worker, 6);
        var state = await client.ReadAsync(None);

        Assert.Equal(6, state.Status.Entries.Count(entry => entry.Entry.Value.Active == "active"));
    }

    [Fact]
    public async Task Reading_again_lets_no_time_pass()
    {
        await using var client = Connect(2);
        await StartAsync(client, Worker, 2);
        await client.ReadAsync(None);
        var now = client.Now;

        await client.ReadAsync(None);

        Assert.Equal(now, client.Now);
    }

    [Fact]
    public async Task A_wait_that_is_shorter_than_the_way_ends_at_its_virtual_time()
    {
        await using var client = Connect(1);
        await client.ReadAsync(None);
        await StartAsync(client, Worker, 1);
        var before = client.Now;

        var states = new List<int>();
        await foreach (var (state, _) in client.WatchAsync(null, TimeSpan.FromMilliseconds(3), None))
        {
            states.Add(state.Status.Entries.Count(entry => entry.Entry.Value.Active == "active"));
        }

        Assert.Equal([0], states);
        Assert.Equal(TimeSpan.FromMilliseconds(3), client.Now - before);
        Assert.Single((await client.ReadAsync(None)).Status.Entries, entry => entry.Entry.Value.Active == "active");
    }

    [Fact]
    public async Task A_restart_that_waits_longer_than_any_time_of_the_protocol_is_waited_for()
    {
        await using var client = Connect(1);
        await StartAsync(client, Worker + "\nRestart=always\nRestartSec=4min", 1);
        await client.ReadAsync(None);
        var before = client.Now;

        Fail(client, world => world.Machines["sim-1"].EndContainer("worker@1.service", 1));
        var status = Assert.Single((await client.ReadAsync(None)).Status.Entries).Entry.Value;

        Assert.Equal(("active", 1), (status.Active, status.Restarts));
        Assert.InRange(client.Now - before, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(7));
        Assert.Null(client.Simulation!.TakeWarning());
    }

    [Fact]
    public async Task A_timer_that_waits_is_at_rest_and_whoever_waits_goes_on_to_its_next_run()
    {
        await using var client = Connect(1);
        await StartAsync(client, Worker, 0);
        Assert.Empty((await client.ApplyAsync(new ImportUnits([new UnitSource("worker@.timer", "[Timer]\nOnCalendar=02:30")]), None)).Refusals);
        Assert.Empty((await client.ApplyAsync(new StartUnits(["worker@1.timer"]), None)).Refusals);
        await client.ReadAsync(None);
        Assert.InRange(client.Now, Day(0), Day(0).AddMinutes(2));
        Assert.Null(client.Simulation!.TakeWarning());

        Assert.Equal([false], await WaitAsync(TimeSpan.FromHours(1)));
        Assert.InRange(client.Now, Day(0).AddHours(1), Day(0).AddHours(1).AddMinutes(2));

        Assert.Equal([false, true], await WaitAsync(TimeSpan.FromHours(3)));
        Assert.InRange(client.Now, Day(0).AddMinutes(150), Day(0).AddMinutes(152));

        async Task<List<bool>> WaitAsync(TimeSpan limit)
        {
            var runs = new List<bool>();
            await foreach (var (state, _) in client.WatchAsync(null, limit, None))
            {
                runs.Add(state.Status["sim-1", "worker@1.service"]?.Value.Active == "active");
                if (runs[^1])
                {
                    break;
                }
            }

            // What there is after the time itself is the same again.
            return [.. runs.Distinct()];
        }

        static DateTimeOffset Day(int day) => new(2026, 1, 1 + day, 0, 0, 0, TimeSpan.Zero);
    }

    [Fact]
    public async Task A_timer_without_a_pause_never_settles_and_is_left_where_it_goes_round()
    {
        await using var client = Connect(1);
        Fail(client, world => world.Machines["sim-1"].Docker.FailingUnits.Add("worker@1.service"));
        await StartAsync(client, Worker, 0);
        Assert.Empty((await client.ApplyAsync(new ImportUnits([new UnitSource("worker@.timer", "[Timer]\nOnCalendar=*:*:0/5")]), None)).Refusals);
        Assert.Empty((await client.ApplyAsync(new StartUnits(["worker@1.timer"]), None)).Refusals);

        await client.ReadAsync(None);

        Assert.Contains("worker@1.timer", client.Simulation!.TakeWarning()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_health_check_that_is_made_seldom_is_waited_for()
    {
        await using var client = Connect(1);
        await StartAsync(client, Worker.Replace("--rm", "--rm -p 80:80", StringComparison.Ordinal) + "\n[X-HaWeb]\nService=work\nHealthInterval=3min\nHealthFall=3", 1);
        Assert.Single((await client.ReadAsync(None)).Backends["work"].Names);

        Fail(client, world => world.Machines["sim-1"].FailProbes("worker@1.service", fail: true));

        Assert.Empty((await client.ReadAsync(None)).Backends["work"].Names);
    }

    [Fact]
    public async Task A_crash_loop_without_an_end_is_left_where_it_goes_round_with_a_warning()
    {
        await using var client = Connect(1);
        Fail(client, world => world.Machines["sim-1"].Docker.FailingUnits.Add("worker@1.service"));
        await StartAsync(client, Worker + "\nRestart=always\nRestartSec=5s", 1);
        var before = client.Now;

        await client.ReadAsync(None);
        var warning = client.Simulation!.TakeWarning();

        Assert.Contains("worker@1.service keeps changing", warning);
        Assert.Contains("circle", warning);
        Assert.InRange(client.Now - before, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10));
        Assert.Null(client.Simulation.TakeWarning());
    }

    [Fact]
    public async Task A_crash_loop_that_reaches_its_start_limit_settles_as_failed()
    {
        await using var client = Connect(1);
        Fail(client, world => world.Machines["sim-1"].Docker.FailingUnits.Add("worker@1.service"));
        await StartAsync(client, Worker + "\nRestart=always\nRestartSec=100ms", 1);

        var status = Assert.Single((await client.ReadAsync(None)).Status.Entries).Entry.Value;

        Assert.Equal("failed", status.Active);
        Assert.Null(client.Simulation!.TakeWarning());
    }

    [Fact]
    public async Task What_goes_on_changing_in_new_ways_is_left_after_half_an_hour()
    {
        await using var client = Connect(1);
        Fail(client, world => world.Machines["sim-1"].Docker.FailingUnits.Add("worker@1.service"));
        await StartAsync(client, Worker + "\nRestart=always\nRestartSec=5s\n[X-HaWeb]\nMaxRestarts=100000", 1);
        var before = client.Now;

        await client.ReadAsync(None);

        Assert.Contains("30 virtual minutes", client.Simulation!.TakeWarning());
        Assert.Equal(SimulatedCluster.LongestRun, client.Now - before);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_trace_and_another_one_another()
    {
        var (one, same, other) = (await TraceAsync(7), await TraceAsync(7), await TraceAsync(8));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task An_outage_of_the_store_is_the_operators_too_and_ends()
    {
        await using var client = Connect(2);
        await client.ReadAsync(None);

        Fail(client, world => world.StopStore());
        var failure = await Assert.ThrowsAsync<StoreException>(() => client.ReadAsync(None));
        Assert.Equal(StoreFailure.Unavailable, failure.Failure);
        Assert.Null(client.Simulation!.TakeWarning());

        Fail(client, world => world.StartStore());
        Assert.Equal(2, (await client.ReadAsync(None)).Sessions.Count);
    }

    [Fact]
    public async Task Leases_that_ran_out_in_an_outage_come_back_with_their_agents()
    {
        await using var client = Connect(3);
        await StartAsync(client, Worker, 3);
        var session = (await client.ReadAsync(None)).Sessions["sim-1"]!.CreateRevision;
        Fail(client, world => world.StopStore());
        client.Simulation!.Settle(null, None);

        Fail(client, world => world.StartStore(leasesLost: true));
        var state = await client.ReadAsync(None);

        Assert.NotEqual(session, state.Sessions["sim-1"]!.CreateRevision);
        Assert.Equal(3, state.Status.Entries.Count(entry => entry.Entry.Value is { Active: "active", Restarts: 0 }));
    }

    [Fact]
    public async Task Another_machine_leads_after_a_change_of_the_leader()
    {
        await using var client = Connect(3);
        var before = (await client.ReadAsync(None)).Engine!.Value.Machine;

        Fail(client, world => world.EndLeadership());

        Assert.NotEqual(before, (await client.ReadAsync(None)).Engine!.Value.Machine);
    }

    [Fact]
    public async Task Settling_can_be_cancelled_and_goes_on_later()
    {
        await using var client = Connect(1);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => client.Simulation!.Settle(null, stopped.Token));

        Assert.Single((await client.ReadAsync(None)).Sessions.Names);
    }

    [Fact]
    public async Task The_store_keeps_the_contract_of_watches()
    {
        await using var client = Connect(1);
        var revision = (await client.ReadAsync(None)).Revision;
        await using var watch = client.Store.WatchAsync("/other/", revision + 1, None).GetAsyncEnumerator(None);
        Assert.True(await watch.MoveNextAsync());
        Assert.Empty(watch.Current.Events);

        var next = watch.MoveNextAsync();
        await client.Store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("/other/key", "value")]), None);

        Assert.True(await next);
        Assert.Equal("/other/key", Assert.Single(watch.Current.Events).Key);
    }

    internal static ClusterClient Connect(int machines, int seed = 0)
    {
        var records = Enumerable.Range(1, machines).Select(i =>
            new MachineRecord { Id = $"sim-{i}", Name = $"sim-{i}", Address = string.Create(CultureInfo.InvariantCulture, $"10.0.0.{i}") });
        return new ClusterClient(new SimulatedStore(new SimulatedCluster(records, seed)), new ClusterKeys(), ClusterKind.Simulated);
    }

    private static async Task StartAsync(ClusterClient client, string file, int count)
    {
        Assert.Empty((await client.ApplyAsync(new ImportUnits([new UnitSource("worker@.service", file)]), None)).Refusals);
        Assert.Empty((await client.ApplyAsync(new StartUnits([.. Enumerable.Range(1, count).Select(i => $"worker@{i}.service")]), None)).Refusals);
    }

    private static void Fail(ClusterClient client, Action<SimulatedWorld> fault) => client.Simulation!.Use(world =>
    {
        fault(world);
        return true;
    });

    private static async Task<IReadOnlyList<string>> TraceAsync(int seed)
    {
        await using var client = Connect(3, seed);
        await StartAsync(client, Worker, 5);
        await client.ReadAsync(None);
        Fail(client, world => world.Machines["sim-2"].PowerLoss());
        await client.ReadAsync(None);
        return client.Simulation!.Use(world => world.Trace.ToList());
    }
}
