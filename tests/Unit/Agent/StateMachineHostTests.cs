using System.Diagnostics;
using System.Runtime.CompilerServices;
using HaWeb.Core.Containers;
using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Processes;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Agent;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Processes;
using HaWeb.Tests.Unit.Stores;

namespace HaWeb.Tests.Unit.Agent;

public sealed class StateMachineHostTests
{
    private readonly RecordingSink _reports = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_asked_of_the_store_is_answered()
    {
        await using var store = new EmbeddedStore();
        var machine = new ScriptedMachine(
            new Effect.GrantLease(1, TimeSpan.FromMinutes(1)),
            new Effect.QueryLease(2, 99),
            new Effect.KeepAlive(3, 99),
            new Effect.Commit(4, Putting("/a/x")),
            new Effect.Commit(5, new StoreTransaction([], [new StoreWrite.Put("/a/y", "", Lease: 99)])));

        await RunAsync(machine, new AgentDrivers(store, _reports), async _ =>
        {
            var answers = new List<Event.Answer>();
            while (answers.Count < 5)
            {
                answers.Add(await machine.NextAsync<Event.Answer>());
            }

            answers = [.. answers.OrderBy(answer => answer.Id)];
            Assert.True(Assert.IsType<Event.LeaseGranted>(answers[0]).Lease > 0);
            Assert.Null(Assert.IsType<Event.LeaseRemains>(answers[1]).Remaining);
            Assert.False(Assert.IsType<Event.LeaseKept>(answers[2]).Alive);
            Assert.True(Assert.IsType<Event.Committed>(answers[3]).Commit.Succeeded);
            Assert.Equal(StoreFailure.LeaseNotFound, Assert.IsType<Event.StoreFailed>(answers[4]).Failure);
        });
    }

    [Fact]
    public async Task A_commit_waits_for_an_earlier_one_of_its_key_and_for_no_other()
    {
        var held = new TaskCompletionSource();
        var store = new ScriptedStore
        {
            Commit = async transaction =>
            {
                await (transaction.Writes.Any(write => write is StoreWrite.Put { Value: "held" }) ? held.Task : Task.CompletedTask);
                return new StoreCommit(true, 1);
            },
        };
        var machine = new ScriptedMachine(
            new Effect.Commit(1, Putting("/a", "/b", "held")),
            new Effect.Commit(2, Putting("/b", "/c", "")),
            new Effect.Commit(3, Putting("/c")),
            new Effect.Commit(4, Putting("/d")));

        await RunAsync(machine, new AgentDrivers(store, _reports), async _ =>
        {
            var first = await machine.NextAsync<Event.Committed>();
            held.SetResult();
            var rest = new[] { await machine.NextAsync<Event.Committed>(), await machine.NextAsync<Event.Committed>(), await machine.NextAsync<Event.Committed>() };

            Assert.Equal(4, first.Id);
            Assert.Equal([1, 2, 3], rest.Select(answer => answer.Id));
        });
    }

    [Fact]
    public async Task A_keep_alive_has_a_deadline_and_waits_for_nothing_else()
    {
        var hung = new TaskCompletionSource<StoreCommit>();
        var sent = DateTimeOffset.MinValue;
        var answers = 0;
        var clock = new MachineClock();
        var store = new ScriptedStore
        {
            Commit = _ => hung.Task,
            KeepAlive = async token =>
            {
                sent = clock.GetUtcNow();
                if (++answers == 1)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }

                return true;
            },
        };
        var commits = Enumerable.Range(10, 200).Select(id => (Effect)new Effect.Commit(id, Putting($"/{id}")));
        var machine = new ScriptedMachine([.. commits, new Effect.KeepAlive(1, 7), new Effect.KeepAlive(2, 7)]);

        await RunAsync(
            machine,
            new AgentDrivers(store, _reports),
            async _ =>
            {
                var kept = await machine.NextAsync<Event.LeaseKept>();
                var failed = await machine.NextAsync<Event.StoreFailed>();

                Assert.Equal((2, true), (kept.Id, kept.Alive));
                Assert.InRange(kept.SentAt, sent - TimeSpan.FromSeconds(1), sent);
                Assert.Equal((1, StoreFailure.Unavailable), (failed.Id, failed.Failure));
            },
            new StateMachineHostOptions { Time = clock, KeepAliveDeadline = TimeSpan.FromMilliseconds(100) });
    }

    [Fact]
    public async Task What_is_kept_for_the_next_agent_is_read_again_whole_and_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("haweb-state-").FullName;
        try
        {
            using var state = new StateFolder(folder);
            var machine = new ScriptedMachine(
                new Effect.ReadState(1, "balancers/lb.service"),
                new Effect.WriteState(2, "balancers/lb.service", "first"),
                new Effect.WriteState(3, "balancers/lb.service", "second"),
                new Effect.ReadState(4, "balancers/lb.service"),
                new Effect.WriteState(5, "balancers/lb.service", null),
                new Effect.WriteState(6, "balancers/never", null),
                new Effect.ReadState(7, "balancers/lb.service"),
                new Effect.WriteState(8, "balancers", "a folder is there"));

            await RunAsync(machine, new AgentDrivers(new ScriptedStore(), _reports) { State = state }, async _ =>
            {
                var answers = new SortedDictionary<long, Event.Answer>();
                while (answers.Count < 8)
                {
                    var answer = await machine.NextAsync<Event.Answer>();
                    answers[answer.Id] = answer;
                }

                Assert.Equal(new Event.FileRead(1, null, null), answers[1]);
                Assert.Equal(new Event.FileWritten(3, null), answers[3]);
                Assert.Equal(new Event.FileRead(4, "second", null), answers[4]);
                Assert.Equal(new Event.FileWritten(6, null), answers[6]);
                Assert.Equal(new Event.FileRead(7, null, null), answers[7]);
                Assert.NotNull(Assert.IsType<Event.FileWritten>(answers[8]).Problem);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_prefix_is_followed_anew_and_followed_no_longer()
    {
        await using var store = new EmbeddedStore();
        await store.CommitAsync(Putting("/a/x"), Token);
        var machine = new ScriptedMachine(happened => happened switch
        {
            Event.Started => [new Effect.Follow("/a/")],
            Event.Woke => [],
            Event.ContainerStarted { Container: "again" } => [new Effect.Follow("/a/")],
            Event.ContainerStarted { Container: "end" } => [new Effect.Unfollow("/a/"), new Effect.Follow("/b/")],
            _ => [],
        });

        await RunAsync(machine, new AgentDrivers(store, _reports), async host =>
        {
            Assert.Single(Assert.IsType<StoreUpdate.Listed>((await machine.NextAsync<Event.Followed>()).Update).Listing.Entries);
            await store.CommitAsync(Putting("/a/y"), Token);
            Assert.Equal("/a/y", Assert.IsType<StoreUpdate.Changed>((await machine.NextAsync<Event.Followed>()).Update).Events.Single().Key);
            host.Post(new Event.ContainerStarted("again"));
            Assert.Equal(2, Assert.IsType<StoreUpdate.Listed>((await machine.NextAsync<Event.Followed>()).Update).Listing.Entries.Count);
            host.Post(new Event.ContainerStarted("end"));
            Assert.Equal("/b/", (await machine.NextAsync<Event.Followed>()).Prefix);
            await store.CommitAsync(Putting("/a/z"), Token);
            await store.CommitAsync(Putting("/b/z"), Token);
            Assert.Equal("/b/", (await machine.NextAsync<Event.Followed>()).Prefix);
        });
    }

    [Fact]
    public async Task A_store_that_refuses_is_reported_and_the_machine_knows()
    {
        var machine = new ScriptedMachine(new Effect.Follow("/a/"));

        await RunAsync(machine, new AgentDrivers(new RefusingStore(StoreFailure.Denied), _reports), async _ =>
            Assert.IsType<StoreUpdate.Interrupted>((await machine.NextAsync<Event.Followed>()).Update));

        Assert.Contains(_reports.Reports, report => report.Subject == "/a/");
    }

    [Fact]
    public async Task The_last_wake_up_asked_for_comes_when_its_time_has_come()
    {
        var time = new ManualTime();
        var start = time.GetUtcNow();
        var machine = new ScriptedMachine(new Effect.WakeAt(start.AddSeconds(5)), new Effect.WakeAt(start.AddHours(3)));

        await RunAsync(
            machine,
            new AgentDrivers(new ScriptedStore(), _reports),
            async host =>
            {
                await machine.NextAsync<Event.Started>();
                time.Advance(TimeSpan.FromSeconds(6));
                host.Post(new Event.DockerLost("marker"));
                await machine.NextAsync<Event.DockerLost>();
                for (var hour = 1; hour < 3; hour++)
                {
                    time.Advance(start.AddHours(hour) - time.GetUtcNow() + TimeSpan.FromMinutes(1));
                    host.Post(new Event.DockerLost("marker"));
                    await machine.NextAsync<Event.DockerLost>();
                }

                time.Advance(start.AddHours(3) - time.GetUtcNow());
                Assert.Equal(start.AddHours(3), (await machine.NextWithTimeAsync<Event.Woke>()).Now);
            },
            new StateMachineHostOptions { Time = time });
    }

    [Fact]
    public async Task An_unexpected_failure_of_a_driver_is_an_answer_and_a_report()
    {
        var drivers = new AgentDrivers(new ScriptedStore(), _reports) { Docker = new BrokenDocker() };
        var machine = new ScriptedMachine(
            new Effect.Commit(1, Putting("/a")),
            new Effect.List(2, "/a"),
            new Effect.Docker(3, new DockerRequest.Start("x")),
            new Effect.Probe(4, new ProbeRequest(ProbeKind.Tcp, "x", 1, "", TimeSpan.FromSeconds(1))),
            new Effect.Nginx(5, new NginxRequest.ReadConfig("x", "/y")));

        await RunAsync(machine, drivers, async _ =>
        {
            var answers = new Dictionary<long, Event.Answer>();
            while (answers.Count < 5)
            {
                var answer = await machine.NextAsync<Event.Answer>();
                answers[answer.Id] = answer;
            }

            Assert.Equal(StoreFailure.Refused, Assert.IsType<Event.StoreFailed>(answers[1]).Failure);
            Assert.Equal(StoreFailure.Refused, Assert.IsType<Event.StoreFailed>(answers[2]).Failure);
            Assert.Equal(DockerFailure.Refused, Assert.IsType<Event.DockerFailed>(answers[3]).Failure);
            Assert.False(Assert.IsType<Event.Probed>(answers[4]).Passed);
            Assert.IsType<NginxResult.Failed>(Assert.IsType<Event.NginxAnswered>(answers[5]).Result);
            Assert.Equal(["docker", "store", "store"], _reports.Reports.Select(report => report.Subject).Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public async Task Containers_are_told_when_asked_for_even_after_the_driver_broke()
    {
        var machine = new ScriptedMachine();

        await RunAsync(
            machine,
            new AgentDrivers(new ScriptedStore(), _reports) { Docker = new BrokenDocker() },
            async _ =>
            {
                Assert.Equal("a", (await machine.NextAsync<Event.ContainerStarted>()).Container);
                await machine.NextAsync<Event.DockerLost>();
                Assert.Equal("a", (await machine.NextAsync<Event.ContainerStarted>()).Container);
            },
            new StateMachineHostOptions { FollowsContainers = true });
    }

    [Fact]
    public async Task Processes_are_told_of_again_after_they_could_not_be_found_and_it_is_reported()
    {
        var machine = new ScriptedMachine();

        await RunAsync(
            machine,
            new AgentDrivers(new ScriptedStore(), _reports) { Processes = new BlindProcesses() },
            async _ => Assert.Empty((await machine.NextAsync<Event.ProcessesListed>()).Processes),
            new StateMachineHostOptions { FollowsProcesses = true });

        Assert.Equal([("processes", "too many open files")], _reports.Reports.Select(report => (report.Subject, report.Message)));
    }

    [Fact]
    public async Task It_stops_within_a_second_though_a_driver_hangs()
    {
        var hung = new TaskCompletionSource<StoreCommit>();
        using var ending = new CancellationTokenSource();
        var machine = new ScriptedMachine(new Effect.Commit(1, Putting("/a")));
        var run = new StateMachineHost(machine, new AgentDrivers(new ScriptedStore { Commit = _ => hung.Task }, _reports)).RunAsync(ending.Token);
        await machine.NextAsync<Event.Started>();

        var time = Stopwatch.StartNew();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.InRange(time.ElapsedMilliseconds, 0, 1000);
    }

    [Fact]
    public async Task A_failure_of_the_machine_itself_ends_the_run()
    {
        var machine = new ScriptedMachine(happened => happened is Event.Woke ? throw new InvalidOperationException("a bug") : [new Effect.WakeAt(DateTimeOffset.MinValue)]);

        var run = new StateMachineHost(machine, new AgentDrivers(new ScriptedStore(), _reports)).RunAsync(Token);

        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
    }

    private static StoreTransaction Putting(string key) => new([], [new StoreWrite.Put(key, "")]);

    private static StoreTransaction Putting(string key, string other, string value) => new([], [new StoreWrite.Put(key, value), new StoreWrite.Put(other, value)]);

    private static async Task RunAsync(
        ScriptedMachine machine, AgentDrivers drivers, Func<StateMachineHost, Task> test, StateMachineHostOptions? options = null)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var host = new StateMachineHost(machine, drivers, options);
        var run = host.RunAsync(ending.Token);
        await test(host);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    /// <summary>Finds processes at the second attempt.</summary>
    private sealed class BlindProcesses : IProcessDriver
    {
        private bool _hasFailed;

        public Task<ProcessResult> ExecuteAsync(ProcessRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("broken");

        public async IAsyncEnumerable<Event> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                throw new ProcessException("too many open files");
            }

            yield return new Event.ProcessesListed([]);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    private sealed class BrokenDocker : IDockerEngine
    {
        public Task<DockerResult> ExecuteAsync(DockerRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("broken");

        public async IAsyncEnumerable<Event> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new Event.ContainerStarted("a");
            await Task.Yield();
            throw new InvalidOperationException("broken");
        }
    }
}
