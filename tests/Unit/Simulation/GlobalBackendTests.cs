using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A global unit that is a backend: one key for every machine, which everything that reads backends takes apart the same way.</summary>
public sealed class GlobalBackendTests
{
    private const string Unit = "app.service";
    private const string Balancer = "lb.service";

    [Fact]
    public void Every_machine_s_backend_has_a_key_of_its_own_and_is_served()
    {
        var cluster = Serving();

        Assert.Equal(["app/sim-1", "app/sim-2", "app/sim-3"], cluster.Backends.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("10.0.0.2:90", cluster.Backends["app/sim-2"]);
        var config = cluster.Container(Balancer)!.ServedConfig!;
        Assert.All(["10.0.0.1:90", "10.0.0.2:90", "10.0.0.3:90"], endpoint => Assert.Contains($"server {endpoint} ", config, StringComparison.Ordinal));
        var views = new UnitViews(cluster.State, cluster.World.Now).Of(Unit);
        Assert.Equal(["10.0.0.1:90", "10.0.0.2:90", "10.0.0.3:90"], views.Select(view => view.Backend).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void One_that_becomes_unhealthy_is_withdrawn_alone()
    {
        var cluster = Serving();

        cluster["sim-2"].FailProbes(Unit, fail: true);

        cluster.Settle(() => !cluster.Backends.ContainsKey("app/sim-2") && !cluster.Container(Balancer)!.ServedConfig!.Contains("10.0.0.2:90", StringComparison.Ordinal));
        Assert.Equal(["app/sim-1", "app/sim-3"], cluster.Backends.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_stop_of_all_is_refused_where_they_are_the_last_and_drains_every_one_of_them()
    {
        var cluster = Serving();
        Assert.Equal("LastHealthyBackend", Assert.Single(new StopUnits([Unit]).Plan(cluster.State, cluster.World.Now).Refusals).Id);
        var containers = cluster.World.Machines.Values.Select(machine => machine.Docker.RunningOf(Unit)!).ToList();

        cluster.Do(new StopUnits([Unit], Force: true));

        cluster.Settle(() => cluster.Backends.Count == 0);
        var withdrawn = cluster.State.Revision;
        cluster.Settle(() => containers.TrueForAll(container => !container.Running), seconds: 20);
        Assert.True(Assert.Single(cluster.State.Balancers.Entries).Entry.Value.Drained >= withdrawn - 3);
        Assert.DoesNotContain(cluster.World.Trace, line => line.Contains("has not drained it", StringComparison.Ordinal));
    }

    private static Rehearsal Serving()
    {
        var cluster = new Rehearsal(3);
        cluster.Do(new ImportUnits(
            [
                new UnitSource(Unit, "[Service]\nExecStart=/usr/bin/docker run --name app -p 90:90 image\n[X-Fleet]\nGlobal=true\n[X-HaWeb]\nService=website"),
                new UnitSource(Balancer, Rehearsal.Balancer.Replace("Conflicts=nginx@*.service", "", StringComparison.Ordinal)),
            ]));
        cluster.Do(new StartUnits([Unit, Balancer]));
        cluster.Settle(() => cluster.Backends.Count == 3 && cluster.World.Machines.Values.Any(machine => machine.Docker.RunningOf(Balancer)?.ServedConfig?.Split("server 10.").Length == 4));
        return cluster;
    }
}
