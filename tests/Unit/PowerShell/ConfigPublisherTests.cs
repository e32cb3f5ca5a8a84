using System.Collections.Concurrent;
using HaWeb.Core.Cluster;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Commands.LoadBalancers;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Nginx;

namespace HaWeb.Tests.Unit.PowerShell;

public sealed class ConfigPublisherTests
{
    private const string First = "upstream a {\n    server 10.0.0.1:80;\n}\n";
    private const string OtherServer = "upstream a {\n    server 10.0.0.2:80;\n}\n";
    private const string OtherMethod = "upstream a {\n    least_conn;\n    server 10.0.0.2:80;\n}\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_changed_is_applied_and_only_server_lines_go_without_a_test()
    {
        var nginx = new FakeNginx { Served = "old" };
        await using var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        var results = new List<string>();
        foreach (var text in new[] { First, First, OtherServer, OtherMethod })
        {
            results.Add((await publisher.PublishAsync(Config(text), null, Token)).Result);
        }

        Assert.Equal(["Applied", "Unchanged", "Applied", "Applied"], results);
        Assert.Equal([("old", true), (First, false), (OtherServer, true)], nginx.Applied.Select(apply => (apply.LastGood, apply.TestFirst)));
    }

    [Fact]
    public async Task What_a_template_made_is_always_tested_first()
    {
        var nginx = new FakeNginx { Served = First };
        await using var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        await publisher.PublishAsync(new HaLoadBalancerConfig { Service = "website", Services = ["website"], Backends = [], Text = OtherServer, FromTemplate = true }, null, Token);

        Assert.True(nginx.Applied.Single().TestFirst);
    }

    [Fact]
    public async Task A_config_that_depends_on_the_version_is_written_for_the_nginx_that_runs()
    {
        var nginx = new FakeNginx { Served = First, Version = new NginxVersion(1, 27, 3) };
        await using var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        await publisher.PublishAsync(
            new HaLoadBalancerConfig { Service = "website", Services = ["website"], Backends = [], Text = "for any", TextFor = version => $"for {version}" }, null, Token);

        Assert.Equal("for 1.27.3", nginx.Applied.Single().Text);
    }

    [Fact]
    public async Task A_config_that_is_served_already_is_left_alone()
    {
        var nginx = new FakeNginx { Served = First };
        await using var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        Assert.Equal("Unchanged", (await publisher.PublishAsync(Config(First), null, Token)).Result);
        Assert.Empty(nginx.Applied);
    }

    [Fact]
    public async Task After_a_rejection_the_last_good_one_counts_and_after_a_failure_nothing_is_taken_for_granted()
    {
        var nginx = new FakeNginx { Served = First };
        await using var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        nginx.Answer = new NginxResult.Rejected("unknown directive");
        var rejected = await publisher.PublishAsync(Config(OtherServer), null, Token);
        nginx.Answer = new NginxResult.Failed("no such container");
        var failed = await publisher.PublishAsync(Config(OtherServer), null, Token);
        nginx.Answer = null;
        var applied = await publisher.PublishAsync(Config(OtherServer), null, Token);

        Assert.Equal(("Rejected", "unknown directive"), (rejected.Result, rejected.Message));
        Assert.Equal("Failed", failed.Result);
        Assert.Equal("Applied", applied.Result);
        Assert.All(nginx.Applied, apply => Assert.Equal(First, apply.LastGood));
    }

    [Fact]
    public async Task The_cluster_is_told_what_new_workers_serve_and_when_old_ones_are_gone()
    {
        using var test = new TestCluster();
        var drained = new TaskCompletionSource();
        var nginx = new FakeNginx { Served = "old", Draining = drained.Task };
        var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        await publisher.PublishAsync(Config(First, 7), test.Cluster, Token);
        var applied = await BalancerAsync(test.Cluster, balancer => balancer.Applied == 7);
        drained.SetResult();
        var after = await BalancerAsync(test.Cluster, balancer => balancer.Drained == 7);
        await publisher.PublishAsync(Config(First, 9), test.Cluster, Token);
        await BalancerAsync(test.Cluster, balancer => balancer is { Applied: 9, Drained: 9 });
        await publisher.DisposeAsync();

        Assert.Equal(["website"], applied.Services);
        Assert.Equal(0, applied.Drained);
        Assert.Equal(7, after.Applied);
        Assert.Empty(test.Read().Balancers.Entries);
    }

    [Fact]
    public async Task The_balancer_is_registered_with_its_services_before_a_config_is_put_in_place()
    {
        using var test = new TestCluster();
        BalancerRecord? seen = null;
        var nginx = new FakeNginx { Served = "old", OnApply = () => seen = test.Read().Balancers.Entries.Single().Entry.Value };
        await using var publisher = new ConfigPublisher(nginx, "lb", "/conf", "lb");

        await publisher.PublishAsync(Config(First, 7), test.Cluster, Token);

        Assert.Equal(["website"], seen!.Services);
        Assert.Equal(0, seen.Applied);
    }

    private static HaLoadBalancerConfig Config(string text, long revision = 0) =>
        new() { Service = "website", Services = ["website"], Revision = revision, Backends = [], Text = text };

    private static async Task<BalancerRecord> BalancerAsync(HaCluster cluster, Func<BalancerRecord, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        await foreach (var (state, _) in cluster.Client.WatchAsync(null, deadline.Token))
        {
            if (state.Balancers.Entries.Select(balancer => balancer.Entry.Value).FirstOrDefault(condition) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException("Watching never ends by itself.");
    }

    private sealed class FakeNginx : INginxDriver
    {
        public ConcurrentQueue<NginxRequest.Apply> Applied { get; } = [];

        public string? Served { get; set; }

        public NginxVersion? Version { get; init; }

        public NginxResult? Answer { get; set; }

        public Task Draining { get; set; } = Task.CompletedTask;

        public Action? OnApply { get; set; }

        public async Task<NginxResult> ExecuteAsync(NginxRequest request, CancellationToken cancellationToken)
        {
            switch (request)
            {
                case NginxRequest.ReadConfig:
                    return new NginxResult.Read(Served, IsServed: true, []);
                case NginxRequest.ReadVersion:
                    return new NginxResult.Version(Version!);
                case NginxRequest.Apply apply:
                    Applied.Enqueue(apply);
                    OnApply?.Invoke();
                    Served = Answer is null ? apply.Text : Served;
                    return Answer ?? new NginxResult.Applied([41, 42]);
                default:
                    await Draining.WaitAsync(cancellationToken);
                    return new NginxResult.Drained();
            }
        }
    }
}
