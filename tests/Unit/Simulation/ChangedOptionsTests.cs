using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Options of [X-HaWeb] that change while a unit runs: nothing restarts, and they take effect.</summary>
public sealed class ChangedOptionsTests
{
    private const string Balancer = "nginx-loadbalancer.service";

    [Fact]
    public void A_unit_that_serves_another_service_is_a_backend_of_that_one_alone()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container("nginx@1.service");

        Change(cluster, "nginx@1.service", Rehearsal.Web.Replace("Service=website", "Service=other", StringComparison.Ordinal));

        cluster.Settle(() => cluster.State.Backends["other"].Contains("nginx@1") && !cluster.Backends.ContainsKey("nginx@1"));
        cluster.Settle(() => cluster.ServedBackends() == 1);
        Assert.Same(container, cluster.Container("nginx@1.service"));
    }

    [Fact]
    public void A_unit_that_serves_nothing_any_more_is_no_backend()
    {
        var cluster = Rehearsal.OfWebsite();

        Change(cluster, "nginx@1.service", Rehearsal.Web[..Rehearsal.Web.IndexOf("Service=website", StringComparison.Ordinal)]);

        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1") && cluster.ServedBackends() == 1);
        cluster.World.RunFor(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("nginx@1", cluster.Backends.Keys);
        Assert.NotNull(cluster.Container("nginx@1.service"));
    }

    [Fact]
    public void A_weight_that_changes_reaches_the_key_and_the_config()
    {
        var cluster = Rehearsal.OfWebsite();

        Change(cluster, "nginx@1.service", Rehearsal.Web + "\nWeight=3");

        cluster.Settle(() => cluster.Backends["nginx@1"].EndsWith(" weight=3", StringComparison.Ordinal));
        cluster.Settle(() => cluster.Container(Balancer)!.ServedConfig!.Contains(" weight=3 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_health_check_that_changes_is_the_one_that_is_made()
    {
        var cluster = Rehearsal.OfWebsite();
        var probed = new List<string>();
        cluster.World.Observer = new Interference((_, effect) =>
        {
            if (effect is Core.Effects.Effect.Probe { Request.Path: { Length: > 0 } path })
            {
                probed.Add(path);
            }

            return null;
        });

        Change(cluster, "nginx@1.service", Rehearsal.Web.Replace("HealthCheck=http://:80/", "HealthCheck=http://:80/healthz\nHealthInterval=1s", StringComparison.Ordinal));

        cluster.Settle(() => probed.Count(path => path == "/healthz") >= 5, seconds: 8);
        Assert.Equal(2, cluster.Backends.Count);
    }

    [Fact]
    public void A_balancer_s_new_options_are_served_without_a_restart()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container(Balancer)!;

        Change(cluster, Balancer, Rehearsal.Balancer + "\nServerName=example.org\nReadTimeout=7s");

        cluster.Settle(() => container.ServedConfig!.Contains("server_name example.org;", StringComparison.Ordinal));
        Assert.Contains("proxy_read_timeout 7000ms;", container.ServedConfig, StringComparison.Ordinal);
        Assert.Equal(2, cluster.ServedBackends());
        Assert.True(container.Running);
        cluster.Settle(() => Assert.Single(cluster.State.Balancers.Entries).Entry.Value is { Applied: > 0 } record && record.Drained == record.Applied);
    }

    [Fact]
    public void A_balancer_that_balances_another_service_lets_go_of_the_first_one()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container(Balancer)!;
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(cluster.World.Keys.Backend("other", "by-hand"), "10.0.9.9:80")]));

        Change(cluster, Balancer, Rehearsal.Balancer.Replace("LoadBalancer=website", "LoadBalancer=other", StringComparison.Ordinal));

        cluster.Settle(() => container.ServedConfig!.Contains("server 10.0.9.9:80 ", StringComparison.Ordinal));
        Assert.Equal(1, cluster.ServedBackends());
        cluster.Settle(() => Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Services is ["other"]);
    }

    [Fact]
    public void A_change_that_says_nothing_of_balancing_touches_no_nginx()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container(Balancer)!;
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        var reloads = container.Reloads;
        var record = Assert.Single(cluster.State.Balancers.Entries).Entry;

        Change(cluster, Balancer, "[Unit]\nDescription=The balancer\n" + Rehearsal.Balancer);
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(reloads, container.Reloads);
        Assert.Equal(record.ModRevision, Assert.Single(cluster.State.Balancers.Entries).Entry.ModRevision);
    }

    /// <summary>Gives a unit another file, as an update does.</summary>
    private static void Change(Rehearsal cluster, string unit, string text)
    {
        var (keys, machine) = (cluster.World.Keys, cluster.MachineOf(unit)!);
        var hash = UnitFile.HashOf(text);
        var entry = cluster.State.Placements[machine, unit]!.Value;
        Assert.True(cluster.World.Commit(new StoreTransaction(
            [],
            [
                new StoreWrite.Put(keys.File(hash), text),
                new StoreWrite.Put(keys.Unit(unit), RecordCodec.Write(cluster.State.Units[unit]!.Value with { Hash = hash })),
                new StoreWrite.Put(keys.Placement(machine, unit), RecordCodec.Write(entry with { Hash = hash })),
            ])).Succeeded);
    }
}
