using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Operations;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>How single units live: starts that fail, restarts, files of variables, and what belongs to nobody.</summary>
public sealed class UnitLifeTests
{
    private const string Unit = "app.service";

    [Theory]
    [InlineData("no", 0, false)]
    [InlineData("no", 1, false)]
    [InlineData("always", 0, true)]
    [InlineData("always", 1, true)]
    [InlineData("on-success", 0, true)]
    [InlineData("on-success", 1, false)]
    [InlineData("on-failure", 0, false)]
    [InlineData("on-failure", 1, true)]
    [InlineData("on-failure", 137, true)]
    [InlineData("on-failure", 143, true)]
    [InlineData("on-abnormal", 1, false)]
    [InlineData("on-abnormal", 139, false)]
    [InlineData("on-abort", 1, false)]
    [InlineData("on-abort", 139, false)]
    public void Restart_says_after_which_ends_a_unit_is_started_again(string restart, int exitCode, bool again)
    {
        var cluster = Running($"Restart={restart}\nExecStart=/usr/bin/docker run --name app image");

        cluster["sim-1"].EndContainer(Unit, exitCode);
        cluster.World.RunFor(TimeSpan.FromSeconds(5));

        var status = cluster.Status(Unit)!;
        Assert.Equal(again ? "active" : exitCode is 0 ? "inactive" : "failed", status.Active);
        Assert.Equal(again ? 1 : 0, status.Restarts);
        Assert.Equal(exitCode, status.ExitCode);
    }

    [Fact]
    public void Restarts_are_counted_anew_in_a_new_placement_although_the_last_one_has_only_just_gone()
    {
        var cluster = Running("Restart=always\nExecStart=/usr/bin/docker run --name app image");
        cluster["sim-1"].EndContainer(Unit, 1);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Restarts: 1 });

        cluster.Do(new StopUnits([Unit], Unload: true));
        cluster.Settle(() => cluster.MachineOf(Unit) is null);
        cluster.Do(new StartUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        Assert.Equal(0, cluster.Status(Unit)!.Restarts);
        Assert.Null(cluster.Status(Unit)!.ExitCode);
    }

    [Fact]
    public void A_unit_that_keeps_failing_hits_its_start_limit_until_an_operator_restarts_it()
    {
        var cluster = new Rehearsal(1);
        cluster["sim-1"].Docker.FailingUnits.Add(Unit);
        Start(cluster, "Restart=always\nRestartSec=100ms\nStartLimitBurst=3\nStartLimitIntervalSec=10s\nExecStart=/usr/bin/docker run --name app image");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });
        Assert.Contains("start limit", cluster.Status(Unit)!.Reason, StringComparison.Ordinal);

        cluster["sim-1"].Docker.FailingUnits.Clear();
        cluster.Do(new RestartUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
    }

    [Fact]
    public void An_image_that_is_not_there_is_named_and_tried_again()
    {
        var cluster = new Rehearsal(1);
        cluster["sim-1"].Docker.MissingImages.Add("image");
        Start(cluster, "Restart=on-failure\nRestartSec=2s\nStartLimitIntervalSec=0\nExecStart=/usr/bin/docker run --name app image");

        cluster.Settle(() => cluster.Status(Unit) is { Sub: "auto-restart" });
        Assert.Contains("there is no image image", cluster.Status(Unit)!.Reason, StringComparison.Ordinal);
        Assert.Equal(StatusRecord.ImageNotFound, cluster.Status(Unit)!.Failure);

        cluster["sim-1"].Docker.MissingImages.Clear();
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Reason: "", Failure: null });
    }

    [Theory]
    [InlineData("-", "active")]
    [InlineData("", "failed")]
    public void A_failed_command_before_the_start_counts_unless_it_has_a_dash(string dash, string active)
    {
        var cluster = new Rehearsal(1);
        Start(cluster, $"ExecStartPre={dash}/usr/bin/docker rm other\nExecStart=/usr/bin/docker run --name app image");

        cluster.Settle(() => cluster.Status(Unit)?.Active == active);
        Assert.Equal(active == "active" ? "" : "ExecStartPre=/usr/bin/docker rm other: there is no container other", cluster.Status(Unit)!.Reason);
    }

    [Fact]
    public void A_failed_command_after_the_start_stops_the_unit()
    {
        var cluster = new Rehearsal(1);
        cluster["sim-1"].Docker.FailingCommands.Add("/ready");
        Start(cluster, "ExecStart=/usr/bin/docker run --name app image\nExecStartPost=/usr/bin/docker exec app /ready");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });
        Assert.Contains("ExecStartPost", cluster.Status(Unit)!.Reason, StringComparison.Ordinal);
        Assert.Null(cluster.Container(Unit));
    }

    [Fact]
    public void A_one_shot_unit_is_activating_until_its_container_has_ended()
    {
        var cluster = new Rehearsal(1);
        Start(cluster, "Type=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/docker run --name app image");
        cluster.Settle(() => cluster.Container(Unit) is not null);
        Assert.Equal("activating", cluster.Status(Unit)!.Active);

        cluster["sim-1"].EndContainer(Unit, 0);

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Sub: "exited" });
    }

    [Fact]
    public void Variables_of_files_reach_the_container_and_win_over_the_unit_s_own()
    {
        var cluster = new Rehearsal(1);
        cluster["sim-1"].Files["/etc/app"] = "TAG=\"v2\"\nCOLOUR=red # no comment\n";
        cluster["sim-1"].Files["/etc/docker-app"] = "SIZE=large\nCOLOUR=blue\n";
        Start(cluster, "Environment=TAG=v1\nEnvironmentFile=/etc/app\nEnvironmentFile=-/etc/missing\nExecStart=/usr/bin/docker run --name app --env-file /etc/docker-app -e COLOUR image:${TAG}");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        var spec = cluster.Container(Unit)!.Spec;
        Assert.Equal("image:v2", spec.Image);
        Assert.Equal("large", spec.Environment.Last(variable => variable.Name == "SIZE").Value);
        Assert.Equal("red # no comment", spec.Environment.Last(variable => variable.Name == "COLOUR").Value);
    }

    [Fact]
    public void Machines_of_a_simulation_have_the_file_that_units_of_fleet_s_time_read()
    {
        var cluster = new Rehearsal(1);
        Start(cluster, "EnvironmentFile=/etc/environment\nExecStart=/usr/bin/docker run --name app -e PEER=${COREOS_PRIVATE_IPV4} image");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });

        var machine = cluster["sim-1"];
        Assert.Equal(machine.Address, cluster.Container(Unit)!.Spec.Environment.Last(variable => variable.Name == "PEER").Value);
        Assert.Equal($"COREOS_PRIVATE_IPV4={machine.Address}\nCOREOS_PUBLIC_IPV4={machine.Address}\n", machine.Files["/etc/environment"]);
    }

    [Theory]
    [InlineData("EnvironmentFile=/etc/app\nExecStart=/usr/bin/docker run --name app image", "EnvironmentFile=/etc/app: there is no such file")]
    [InlineData("ExecStart=/usr/bin/docker run --name app --env-file /etc/app image", "--env-file /etc/app: there is no such file")]
    public void A_file_of_variables_that_is_missing_fails_the_start_and_is_read_again_at_the_next(string service, string reason)
    {
        var cluster = new Rehearsal(1);
        Start(cluster, service);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });
        Assert.Contains(reason, cluster.Status(Unit)!.Reason, StringComparison.Ordinal);

        cluster["sim-1"].Files["/etc/app"] = "A=1";
        cluster.Do(new RestartUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
    }

    [Fact]
    public void What_starts_and_stops_while_docker_is_away_is_done_when_it_is_back()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image\nExecStop=/usr/bin/docker stop app");
        cluster.Do(new ImportUnits([new UnitSource("late.service", "[Service]\nExecStart=/usr/bin/docker run --name late image")]));
        cluster.Do(new StartUnits(["late.service"]));
        cluster.World.RunFor(TimeSpan.FromMilliseconds(4));
        cluster["sim-1"].StopDocker(down: true);
        cluster.Do(new StopUnits([Unit]));

        cluster.World.RunFor(TimeSpan.FromMinutes(20));
        Assert.NotNull(cluster.State.Machines["sim-1"]!.Value.DockerDownSince);
        cluster["sim-1"].StopDocker(down: false);

        cluster.Settle(() => cluster.Container(Unit) is null && cluster.Status("late.service") is { Active: "active" });
        Assert.Null(cluster.State.Machines["sim-1"]!.Value.DockerDownSince);
    }

    [Fact]
    public void A_container_whose_unit_is_placed_elsewhere_goes_and_another_cluster_s_stays()
    {
        var cluster = Rehearsal.OfWebsite();
        var machine = cluster[cluster.MachineOf("nginx@1.service")!];
        var foreign = machine.Docker.AddForeign(new ContainerSpec { Image = "image", Name = "theirs" }, new ContainerLabels("another", "nginx@1.service", 1, "x"), cluster.World.Now);
        machine.Cut(off: true);
        cluster.Settle(() => cluster.MachineOf("nginx@1.service") != machine.Id && cluster.Backends.Count == 2);
        Assert.NotNull(machine.Docker.RunningOf("nginx@1.service"));

        machine.Cut(off: false);

        cluster.Settle(() => machine.Docker.Containers.All(container => container == foreign));
        Assert.True(foreign.Running);
        Assert.Equal(2, cluster.Backends.Count);
    }

    [Fact]
    public void A_container_made_before_the_start_is_taken_over_by_the_next_agent()
    {
        var cluster = Running("ExecStartPre=/usr/bin/docker create --name app image\nExecStart=/usr/bin/docker start -a app");
        var before = cluster.Container(Unit)!.Id;

        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(20));

        Assert.Equal(before, cluster.Container(Unit)!.Id);
    }

    [Fact]
    public void An_agent_that_starts_while_the_store_is_away_leaves_its_containers_alone()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image");
        var before = cluster.Container(Unit)!.Id;
        cluster.World.StopStore();
        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();
        cluster.World.RunFor(TimeSpan.FromMinutes(5));

        cluster.World.StartStore();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(before, cluster.Container(Unit)!.Id);
    }

    [Fact]
    public void The_units_of_a_removed_machine_are_placed_elsewhere_though_most_machines_are_gone()
    {
        var cluster = Rehearsal.OfWebsite(machines: 4);
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        var leader = cluster.World.Machines.Values.Single(machine => machine.Leads);
        var lost = cluster.World.Machines.Values.Where(machine => machine != leader && machine.Id != "sim-4").Take(2).ToList();
        lost.ForEach(machine => machine.PowerLoss());
        cluster["sim-4"].PowerLoss();
        cluster.World.RunFor(TimeSpan.FromSeconds(60));
        Assert.NotNull(cluster.State.Engine!.Value.Holding);

        foreach (var machine in cluster.World.Machines.Values.Where(machine => machine != leader))
        {
            Assert.True(cluster.World.Commit(new StoreTransaction([StoreCompare.Absent(cluster.World.Keys.Alive(machine.Id))], [new StoreWrite.Delete(cluster.World.Keys.Machine(machine.Id))])).Succeeded);
        }

        cluster.Settle(() => cluster.State.Placements.Entries.All(entry => entry.Owner == leader.Id));
        Assert.Null(cluster.State.Engine!.Value.Holding);
    }

    [Fact]
    public void Values_that_cannot_be_read_stop_nothing_else()
    {
        var cluster = Rehearsal.OfWebsite();
        var keys = cluster.World.Keys;
        var machine = cluster.MachineOf("nginx@1.service")!;
        foreach (var key in (string[])[keys.Unit("bad.service"), keys.Placed("bad.service"), keys.Placement(machine, "nginx@1.service"), keys.Backend("website", "bad"), keys.Metadata("sim-1")])
        {
            cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(key, "10.0.0.1:80; } server {")]));
        }

        var container = cluster.Container("nginx@1.service")!;
        cluster.Do(new RestartUnits(["nginx@2.service"], Force: true));

        cluster.Settle(() => cluster.Status("nginx@2.service") is { Restart: 1, Active: "active" });
        Assert.True(container.Running);
        Assert.DoesNotContain("} server {", cluster.Container("nginx-loadbalancer.service")!.ServedConfig, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_that_is_removed_and_started_at_once_starts_anew_and_heeds_what_is_asked_next()
    {
        var cluster = Rehearsal.OfWebsite();
        const string Unit = "nginx@1.service";
        cluster.Do(new RestartUnits([Unit], Force: true));
        cluster.Settle(() => cluster.Status(Unit) is { Restart: 1, Healthy: true });
        cluster.Do(new MoveUnits([Unit], null, Force: true));
        cluster.Settle(() => cluster.State.Placed[Unit]?.Value.Move == 1 && cluster.Status(Unit) is { Healthy: true });
        var first = cluster.Container(Unit)!.Id;

        cluster.Do(new RemoveUnits([Unit], Force: true));
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Container(Unit) is { } second && second.Id != first && cluster.Status(Unit) is { Healthy: true });
        var secondId = cluster.Container(Unit)!.Id;

        cluster.Do(new RestartUnits([Unit], Force: true));
        cluster.Settle(() => cluster.Container(Unit) is { } third && third.Id != secondId && cluster.Status(Unit) is { Healthy: true });
        var machine = cluster.MachineOf(Unit);
        cluster.Do(new MoveUnits([Unit], null, Force: true));
        cluster.Settle(() => cluster.MachineOf(Unit) is { } other && other != machine && cluster.Status(Unit) is { Healthy: true });
    }

    private static void Start(Rehearsal cluster, string service)
    {
        cluster.Do(new ImportUnits([new UnitSource(Unit, "[Service]\n" + service)]));
        cluster.Do(new StartUnits([Unit]));
    }

    private static Rehearsal Running(string service)
    {
        var cluster = new Rehearsal(1);
        Start(cluster, service);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        return cluster;
    }
}
