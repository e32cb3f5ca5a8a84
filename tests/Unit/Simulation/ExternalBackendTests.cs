using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A server that HaWeb does not run, as a backend of the website.</summary>
public sealed class ExternalBackendTests
{
    private static readonly Backend Legacy = new(IPAddress.Parse("10.9.9.9"), 8080);

    [Fact]
    public void It_leaves_the_balancer_while_its_probes_fail_and_is_shown_with_why()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new RegisterBackend("website", "legacy", Legacy));
        cluster.Settle(() => cluster.ServedBackends() == 3);
        Assert.True(View(cluster).Healthy);
        var key = cluster.State.Raw(cluster.World.Keys.Backend("website", "legacy"));

        cluster.World.Servers.Fail(Legacy.Endpoint, fail: true);
        cluster.Settle(() => cluster.ServedBackends() == 2, seconds: 6);
        cluster.Settle(() => View(cluster).Healthy == false);

        var machine = cluster.MachineOf("nginx-loadbalancer.service");
        var view = View(cluster);
        Assert.Equal($"connection refused (from {machine})", view.LastError);
        Assert.Equal((machine, "nginx-loadbalancer.service", false), (view.Probes[0].Machine, view.Probes[0].Balancer, view.Probes[0].Healthy));
        Assert.Equal(key, cluster.State.Raw(cluster.World.Keys.Backend("website", "legacy")));
        var revision = cluster.World.Store.Revision;
        cluster.World.RunFor(TimeSpan.FromMinutes(2));
        Assert.Equal(revision, cluster.World.Store.Revision);

        cluster.World.Servers.Fail(Legacy.Endpoint, fail: false);
        cluster.Settle(() => cluster.ServedBackends() == 3, seconds: 6);
        cluster.Settle(() => View(cluster) is { Healthy: true, LastError: null });
    }

    [Fact]
    public void One_that_one_of_two_balancers_cannot_reach_is_unhealthy_and_leaves_that_one_only()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new RegisterBackend("website", "legacy", Legacy));
        cluster.Settle(() => View(cluster).Healthy == true);

        cluster.Settle(() => cluster.ServedBackends() == 3);

        // What another balancer, far away, would say.
        var said = cluster.State.Balancers.Entries.Single().Entry.Value;
        var other = said with { External = [said.External[0] with { Healthy = false, Error = "no route", Since = cluster.World.Now }] };
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(cluster.World.Keys.Balancer("far", "lb.service"), RecordCodec.Write(other))]));

        Assert.Equal((false, "no route (from far)", 2), (View(cluster).Healthy, View(cluster).LastError, View(cluster).Probes.Count));
        Assert.Equal(3, cluster.ServedBackends());
    }

    [Fact]
    public void What_was_said_of_an_earlier_registration_counts_for_nothing()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new RegisterBackend("website", "legacy", Legacy));
        cluster.Settle(() => View(cluster).Healthy == true);

        cluster.Do(new RegisterBackend("website", "legacy", Legacy with { Port = 9090 }));

        Assert.Null(View(cluster).Healthy);
        cluster.Settle(() => View(cluster).Healthy == true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_drain_counts_on_it_as_long_as_it_answers(bool answers)
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new StopUnits(["nginx@2.service"]));
        cluster.Do(new RegisterBackend("website", "legacy", Legacy));
        cluster.World.Servers.Fail(Legacy.Endpoint, fail: !answers);
        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        var machine = cluster.MachineOf("nginx@1.service")!;

        var cordon = new CordonRecord { Drain = true };
        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(cluster.World.Keys.Cordon(machine), RecordCodec.Write(cordon))]));
        cluster.World.RunFor(TimeSpan.FromSeconds(60));

        Assert.Equal(answers, cluster.MachineOf("nginx@1.service") != machine);
        if (!answers)
        {
            cluster.World.Servers.Fail(Legacy.Endpoint, fail: false);
            cluster.Settle(() => cluster.MachineOf("nginx@1.service") is { } other && other != machine);
        }
    }

    [Fact]
    public void A_stop_is_refused_when_only_one_is_left_that_does_not_answer()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.Do(new StopUnits(["nginx@2.service"]));
        cluster.Do(new RegisterBackend("website", "legacy", Legacy));
        cluster.World.Servers.Fail(Legacy.Endpoint, fail: true);
        cluster.Settle(() => View(cluster).Healthy == false);

        Assert.Equal("LastHealthyBackend", Assert.Single(new StopUnits(["nginx@1.service"]).Plan(cluster.State, cluster.World.Now).Refusals).Id);

        cluster.World.Servers.Fail(Legacy.Endpoint, fail: false);
        cluster.Settle(() => View(cluster).Healthy == true);
        Assert.Empty(new StopUnits(["nginx@1.service"]).Plan(cluster.State, cluster.World.Now).Refusals);
    }

    private static BackendView View(Rehearsal cluster) => BackendView.OfService(cluster.State, "website").Single(backend => backend.Name == "legacy");
}
