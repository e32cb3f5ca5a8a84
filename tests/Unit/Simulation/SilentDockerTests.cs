using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>A machine whose Docker does not answer, while its agent and its containers go on.</summary>
public sealed class SilentDockerTests
{
    private const string Unit = "nginx@1.service";

    [Fact]
    public void A_start_that_was_given_up_while_docker_was_silent_begins_anew_when_its_unit_is_wanted_again()
    {
        var cluster = new Rehearsal(1);
        cluster.Do(new ImportUnits([new UnitSource("app.service", "[Service]\nExecStart=/usr/bin/docker run --name app image\n")]));
        cluster.Do(new StartUnits(["app.service"]));
        cluster.Settle(() => cluster.Status("app.service") is { Active: "activating" });
        cluster["sim-1"].StopDocker(down: true);
        cluster.World.RunFor(TimeSpan.FromSeconds(1));

        cluster.Do(new StopUnits(["app.service"]));
        cluster.World.RunFor(TimeSpan.FromSeconds(1));
        cluster.Do(new StartUnits(["app.service"]));
        cluster.World.RunFor(TimeSpan.FromSeconds(1));
        Assert.Null(cluster.Container("app.service"));
        cluster["sim-1"].StopDocker(down: false);

        cluster.Settle(() => cluster.Status("app.service") is { Active: "active" } && cluster.Container("app.service") is not null);
    }

    [Fact]
    public void A_unit_whose_probes_fail_too_is_given_to_another_machine_after_a_minute_and_the_older_one_stops_when_docker_is_back()
    {
        var (cluster, before) = Stranded();
        Assert.Contains("its probes fail (connection refused): after a minute of both another machine gets it", Reason(cluster), StringComparison.Ordinal);

        cluster.World.RunFor(TimeSpan.FromSeconds(55));
        Assert.Equal(before, cluster.MachineOf(Unit));
        cluster.Settle(() => cluster.MachineOf(Unit) != before, seconds: 10);

        var entry = cluster.State.Placements[cluster.MachineOf(Unit)!, Unit]!.Value;
        Assert.Equal($"its probes fail, and Docker on {before} has not answered for a minute; placed by the engine", entry.Reason);
        cluster.Settle(() => cluster.Backends.Count == 2 && cluster.ServedBackends() == 2);
        Assert.NotNull(cluster[before].Docker.RunningOf(Unit));

        cluster[before].HangContainer(Unit, hangs: false);
        cluster[before].StopDocker(down: false);
        cluster.Settle(() => cluster[before].Docker.Containers.Count == 0 && !cluster.State.Status[before].Contains(Unit));
        Assert.NotEqual(before, cluster.MachineOf(Unit));
        Assert.Equal(2, cluster.Backends.Count);
    }

    [Fact]
    public void A_unit_whose_probes_pass_stays_and_serves()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster.MachineOf(Unit)!;

        cluster[machine].StopDocker(down: true);
        cluster.World.RunFor(TimeSpan.FromMinutes(10));

        Assert.Equal(machine, cluster.MachineOf(Unit));
        Assert.Equal(2, cluster.Backends.Count);
    }

    [Fact]
    public void One_that_fails_while_docker_answers_stays()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster.MachineOf(Unit)!;

        cluster[machine].HangContainer(Unit, hangs: true);
        cluster.World.RunFor(TimeSpan.FromMinutes(10));

        Assert.Equal(machine, cluster.MachineOf(Unit));
    }

    [Fact]
    public void The_minute_begins_anew_when_its_probes_have_passed()
    {
        var (cluster, machine) = Stranded();
        cluster.World.RunFor(TimeSpan.FromSeconds(50));
        cluster[machine].HangContainer(Unit, hangs: false);
        cluster.Settle(() => cluster.Status(Unit)!.Healthy == true);

        cluster[machine].HangContainer(Unit, hangs: true);
        cluster.Settle(() => cluster.Status(Unit)!.Healthy == false);
        cluster.World.RunFor(TimeSpan.FromSeconds(55));

        Assert.Equal(machine, cluster.MachineOf(Unit));
        cluster.Settle(() => cluster.MachineOf(Unit) != machine, seconds: 10);
    }

    [Fact]
    public void Another_leader_waits_for_a_minute_of_its_own()
    {
        var (cluster, machine) = Stranded();
        cluster.World.RunFor(TimeSpan.FromSeconds(50));

        cluster.World.EndLeadership();
        cluster.World.RunFor(TimeSpan.FromSeconds(55));

        Assert.Equal(machine, cluster.MachineOf(Unit));
        cluster.Settle(() => cluster.MachineOf(Unit) != machine, seconds: 20);
    }

    [Fact]
    public void One_that_no_machine_takes_stays_where_it_is_until_one_does()
    {
        var (cluster, machine) = Stranded(machines: 3);
        cluster.World.RunFor(TimeSpan.FromMinutes(5));
        Assert.Equal(machine, cluster.MachineOf(Unit));

        cluster.World.AddMachine(new MachineRecord { Id = "late", Name = "late", Address = "10.0.0.9" }).PowerOn();

        cluster.Settle(() => cluster.MachineOf(Unit) == "late");
    }

    [Fact]
    public void One_that_must_never_run_twice_stays()
    {
        var (cluster, machine) = Stranded(options: "\nOnIsolation=stop");

        cluster.World.RunFor(TimeSpan.FromMinutes(5));

        Assert.Equal(machine, cluster.MachineOf(Unit));
    }

    private static string Reason(Rehearsal cluster) =>
        new UnitViews(cluster.State, cluster.World.Now).Of(Unit).Single().Reason;

    private static (Rehearsal Cluster, string Machine) Stranded(int machines = 4, string options = "")
    {
        var cluster = new Rehearsal(machines);
        cluster.Do(new ImportUnits([new UnitSource("nginx@.service", Rehearsal.Web + options), new UnitSource("nginx-loadbalancer.service", Rehearsal.Balancer)]));
        cluster.Do(new StartUnits([Unit, "nginx@2.service", "nginx-loadbalancer.service"]));
        cluster.Settle(() => cluster.ServedBackends() == 2);
        var machine = cluster.MachineOf(Unit)!;
        cluster[machine].HangContainer(Unit, hangs: true);
        cluster[machine].StopDocker(down: true);
        cluster.Settle(() => cluster.Status(Unit)!.Healthy == false && cluster.State.Machines[machine]!.Value.DockerDownSince is not null);
        return (cluster, machine);
    }
}
