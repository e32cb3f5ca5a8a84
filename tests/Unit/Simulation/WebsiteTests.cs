using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Simulation;

public sealed class WebsiteTests
{
    [Fact]
    public void Two_web_servers_and_a_balancer_come_up_on_machines_of_their_own()
    {
        var cluster = Rehearsal.OfWebsite();

        var machines = new[] { "nginx@1.service", "nginx@2.service", "nginx-loadbalancer.service" }.Select(cluster.MachineOf).ToList();
        Assert.DoesNotContain(null, machines);
        Assert.Equal(3, machines.Distinct().Count());
        Assert.Equal(["nginx@1", "nginx@2"], cluster.Backends.Keys.Order());
        Assert.Equal("active", cluster.Status("nginx-loadbalancer.service")!.Active);
    }

    [Fact]
    public void A_unit_that_no_machine_takes_waits_and_is_placed_when_one_can()
    {
        var cluster = Rehearsal.OfWebsite(machines: 3);
        cluster.Do(new StartUnits(["nginx@3.service"]));
        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        Assert.Null(cluster.MachineOf("nginx@3.service"));

        cluster.Do(new StopUnits(["nginx@2.service"], Unload: true));

        cluster.Settle(() => cluster.Backends.ContainsKey("nginx@3"));
        Assert.Null(cluster.MachineOf("nginx@2.service"));
    }

    [Fact]
    public void A_crashed_container_leaves_the_config_and_comes_back()
    {
        var cluster = Rehearsal.OfWebsite();
        var before = cluster.Container("nginx@1.service")!;

        cluster[cluster.MachineOf("nginx@1.service")!].EndContainer("nginx@1.service", 1);

        cluster.Settle(() => cluster.ServedBackends() == 1, seconds: 1);
        cluster.Settle(() => cluster.ServedBackends() == 2, seconds: 5);
        Assert.NotEqual(before.Id, cluster.Container("nginx@1.service")!.Id);
        Assert.Equal(1, cluster.Status("nginx@1.service")!.Restarts);
    }

    [Fact]
    public void A_lost_machine_s_unit_is_placed_on_the_spare_one_and_the_others_stay()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        var lost = cluster.MachineOf("nginx@1.service")!;
        var others = (cluster.MachineOf("nginx@2.service"), cluster.MachineOf("nginx-loadbalancer.service"));

        cluster[lost].PowerLoss();

        cluster.Settle(() => cluster.Backends.Count == 2 && cluster.MachineOf("nginx@1.service") != lost);
        Assert.Equal(others, (cluster.MachineOf("nginx@2.service"), cluster.MachineOf("nginx-loadbalancer.service")));
        cluster.Settle(() => cluster.ServedBackends() == 2);

        cluster[lost].PowerOn();
        cluster.World.RunFor(TimeSpan.FromMinutes(1));
        Assert.NotEqual(lost, cluster.MachineOf("nginx@1.service"));
        Assert.Null(cluster[lost].Docker.RunningOf("nginx@1.service"));
    }

    [Fact]
    public void A_killed_agent_s_successor_takes_over_its_lease_and_its_containers()
    {
        var cluster = Rehearsal.OfWebsite();
        var containers = Containers(cluster);
        var sessions = cluster.State.Sessions.Entries.Select(entry => (entry.Key, entry.Value.CreateRevision)).ToList();
        var reloads = cluster.Container("nginx-loadbalancer.service")!.Reloads;

        foreach (var machine in cluster.World.Machines.Values)
        {
            machine.KillAgent();
            cluster.World.RunFor(TimeSpan.FromSeconds(3));
            machine.StartAgent();
            cluster.World.RunFor(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(containers, Containers(cluster));
        Assert.Equal(sessions, cluster.State.Sessions.Entries.Select(entry => (entry.Key, entry.Value.CreateRevision)));
        Assert.Equal(2, cluster.Backends.Count);
        Assert.Equal(reloads, cluster.Container("nginx-loadbalancer.service")!.Reloads);
    }

    [Fact]
    public void A_minute_without_the_store_stops_and_moves_nothing()
    {
        var cluster = Rehearsal.OfWebsite();
        var containers = Containers(cluster);
        var places = cluster.State.Placed.Entries.Select(entry => (entry.Key, entry.Value.Value.Machine)).ToList();
        var sessions = cluster.State.Sessions.Entries.Select(entry => (entry.Key, entry.Value.CreateRevision)).ToList();

        cluster.World.StopStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(60));
        cluster.World.StartStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(containers, Containers(cluster));
        Assert.Equal(places, cluster.State.Placed.Entries.Select(entry => (entry.Key, entry.Value.Value.Machine)));
        Assert.Equal(sessions, cluster.State.Sessions.Entries.Select(entry => (entry.Key, entry.Value.CreateRevision)));
        Assert.Equal(2, cluster.ServedBackends());
    }

    [Fact]
    public void A_planned_stop_signals_the_container_only_after_the_balancer_has_drained_it()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container("nginx@1.service")!;
        cluster.Do(new StopUnits(["nginx@1.service"]));

        cluster.Settle(() => !cluster.Backends.ContainsKey("nginx@1"));
        var withdrawn = cluster.State.Revision;
        Assert.True(container.Running);

        cluster.Settle(() => !container.Running);
        var balancer = Assert.Single(cluster.State.Balancers.Entries).Entry.Value;
        Assert.True(balancer.Drained >= withdrawn, $"drained {balancer.Drained}, withdrawn at {withdrawn}");
        cluster.Settle(() => cluster.Status("nginx@1.service") is { Active: "inactive" });
        Assert.NotNull(cluster.MachineOf("nginx@1.service"));
    }

    [Fact]
    public void Failing_probes_withdraw_the_backend_and_restart_nothing()
    {
        var cluster = Rehearsal.OfWebsite();
        var container = cluster.Container("nginx@2.service")!;
        var machine = cluster[cluster.MachineOf("nginx@2.service")!];

        machine.FailProbes("nginx@2.service", fail: true);
        cluster.Settle(() => cluster.ServedBackends() == 1, seconds: 10);
        Assert.True(container.Running);

        machine.FailProbes("nginx@2.service", fail: false);
        cluster.Settle(() => cluster.ServedBackends() == 2, seconds: 10);
        Assert.Same(container, cluster.Container("nginx@2.service"));
    }

    [Fact]
    public void A_removed_unit_is_drained_stopped_and_forgotten()
    {
        var cluster = Rehearsal.OfWebsite();

        cluster.Do(new RemoveUnits(["nginx@1.service"]));

        cluster.Settle(() => cluster.MachineOf("nginx@1.service") is null && !cluster.State.Placed.Contains("nginx@1.service"));
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        Assert.All(cluster.World.Machines.Values, machine => Assert.DoesNotContain(machine.Docker.Containers, container => container.Labels.Unit == "nginx@1.service"));
        Assert.Empty(cluster.State.Status.OwnersOf("nginx@1.service"));
    }

    [Fact]
    public void A_restart_drains_first_and_runs_a_new_container()
    {
        var cluster = Rehearsal.OfWebsite();
        var before = cluster.Container("nginx@1.service")!.Id;

        cluster.Do(new RestartUnits(["nginx@1.service"]));

        cluster.Settle(() => cluster.Container("nginx@1.service") is { } now && now.Id != before && cluster.Backends.Count == 2);
        Assert.Equal(1, cluster.Status("nginx@1.service")!.Restart);
        Assert.Equal(0, cluster.Status("nginx@1.service")!.Restarts);
    }

    [Fact]
    public void When_most_machines_vanish_together_nothing_is_placed_again_until_they_return()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        var places = cluster.State.Placed.Entries.Select(entry => (entry.Key, entry.Value.Value.Machine)).ToList();
        var leader = cluster.World.Machines.Values.Single(machine => machine.Leads).Id;

        foreach (var machine in cluster.World.Machines.Values.Where(machine => machine.Id != leader))
        {
            machine.Cut(off: true);
        }

        cluster.World.RunFor(TimeSpan.FromSeconds(60));
        Assert.Equal(places, cluster.State.Placed.Entries.Select(entry => (entry.Key, entry.Value.Value.Machine)));
        Assert.Contains("vanished together", cluster.State.Engine!.Value.Holding, StringComparison.Ordinal);

        foreach (var machine in cluster.World.Machines.Values)
        {
            machine.Cut(off: false);
        }

        cluster.Settle(() => cluster.State.Engine?.Value.Holding is null && cluster.Backends.Count == 2);
        Assert.Equal(places, cluster.State.Placed.Entries.Select(entry => (entry.Key, entry.Value.Value.Machine)));
    }

    [Fact]
    public void While_nothing_changes_the_store_sees_keep_alives_only()
    {
        var cluster = Rehearsal.OfWebsite();
        cluster.World.RunFor(TimeSpan.FromSeconds(10));
        var revision = cluster.State.Revision;

        cluster.World.RunFor(TimeSpan.FromMinutes(10));

        Assert.Equal(revision, cluster.State.Revision);
    }

    [Fact]
    public void The_same_calls_give_the_same_history()
    {
        static IEnumerable<string> Run()
        {
            var cluster = Rehearsal.OfWebsite();
            cluster["sim-1"].PowerLoss();
            cluster.World.RunFor(TimeSpan.FromMinutes(2));
            return cluster.World.Trace;
        }

        Assert.Equal(Run(), Run());
    }

    private static List<string> Containers(Rehearsal cluster) =>
        [.. cluster.World.Machines.Values.SelectMany(machine => machine.Docker.Containers).Where(container => container.Running).Select(container => container.Id)];
}
