using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>What is left of a unit when it ends, is stopped while it starts, or takes too long, and what is said of it then.</summary>
public sealed class EndOfUnitTests
{
    private const string Unit = "app.service";

    [Fact]
    public void A_stop_that_goes_wrong_is_a_failure_that_an_agent_s_restart_keeps_and_a_start_ends()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image\nExecStop=/bin/leave");
        cluster["sim-1"].Processes.FailingCommands.Add("/bin/leave");

        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed", Sub: "failed" });
        Assert.StartsWith("ExecStop=/bin/leave: exit code 1", cluster.Status(Unit)!.Reason, StringComparison.Ordinal);
        Assert.Empty(cluster["sim-1"].Docker.Containers);

        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(20));
        Assert.Equal("failed", cluster.Status(Unit)!.Active);

        cluster["sim-1"].KillAgent();
        cluster.Do(new StartUnits([Unit]));
        cluster["sim-1"].StartAgent();
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
    }

    [Fact]
    public void What_has_failed_stays_failed_when_it_is_stopped_and_leaves_when_it_is_unloaded()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image");
        cluster["sim-1"].EndContainer(Unit, 3);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });

        cluster.Do(new StopUnits([Unit]));
        cluster.World.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(("failed", 3L), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.ExitCode!.Value));
        Assert.Empty(cluster["sim-1"].Docker.Containers);

        cluster.Do(new StopUnits([Unit], Unload: true));
        cluster.Settle(() => cluster.MachineOf(Unit) is null);
    }

    [Theory]
    [InlineData("/usr/bin/docker run --name app image")]
    [InlineData("/usr/bin/app")]
    public void What_answers_a_stop_with_a_failure_has_failed(string start)
    {
        foreach (var (option, active, result) in new[] { ("", "failed", "exit-code"), ("SuccessExitStatus=3", "inactive", "success") })
        {
            var cluster = Running($"ExecStart={start}\n{option}\nExecStopPost=/bin/clean");
            cluster["sim-1"].Docker.ExitCodesOnStop[Unit] = 3;
            cluster["sim-1"].Processes.ExitCodesOnStop[Unit] = 3;
            var clean = new List<SimulatedRun>();

            cluster.Do(new StopUnits([Unit]));
            cluster.Settle(() =>
            {
                clean.AddRange(cluster["sim-1"].Processes.Runs.Where(run => run.Spec.Path == "/bin/clean").Except(clean));
                return cluster.Status(Unit)!.Active == active;
            });

            Assert.Equal(3, cluster.Status(Unit)!.ExitCode);
            var variables = Assert.Single(clean).Spec.Environment;
            Assert.Equal((result, "exited", "3"), (variables["SERVICE_RESULT"], variables["EXIT_CODE"], variables["EXIT_STATUS"]));
            Assert.Empty(cluster["sim-1"].Docker.Containers);
        }
    }

    [Theory]
    [InlineData("/usr/bin/docker run --name app image")]
    [InlineData("/usr/bin/app")]
    public void What_answers_a_stop_with_a_failure_while_its_agent_is_away_has_failed(string start)
    {
        var cluster = Running($"ExecStart={start}");
        var machine = cluster["sim-1"];
        machine.Docker.ExitCodesOnStop[Unit] = 3;
        machine.Processes.ExitCodesOnStop[Unit] = 3;
        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => machine.Docker.RunningOf(Unit) is null && machine.Processes.RunningOf(Unit) is null);
        machine.KillAgent();
        machine.StartAgent();

        cluster.Settle(() =>
        {
            Assert.NotEqual("inactive", cluster.Status(Unit)!.Active);
            return cluster.Status(Unit) is { Active: "failed", ExitCode: 3 };
        });
    }

    [Fact]
    public void A_container_that_docker_had_to_kill_when_it_was_stopped_is_no_failure()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image\nExecStop=/bin/wait");
        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => Starts(cluster, "/bin/wait") == 1);
        cluster["sim-1"].EndProcess("/bin/wait", 0);
        cluster["sim-1"].EndContainer(Unit, 137);

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive", Sub: "dead" });
    }

    [Fact]
    public void ExecStop_runs_after_a_good_end_and_not_after_a_bad_one_nor_when_a_start_is_broken_off()
    {
        foreach (var (exitCode, runs) in new[] { (0, 1), (1, 0) })
        {
            var cluster = Running("ExecStart=/usr/bin/docker run --name app image\nExecStop=/bin/leave");
            cluster["sim-1"].EndContainer(Unit, exitCode);
            cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" or "failed" });
            Assert.Equal(runs, Starts(cluster, "/bin/leave"));
        }

        var starting = Started("ExecStartPre=/bin/wait\nExecStart=/usr/bin/docker run --name app image\nExecStop=/bin/leave\nExecStopPost=/bin/clean");
        starting.Settle(() => starting.Status(Unit) is { Sub: "start-pre" });
        starting.Do(new StopUnits([Unit]));
        starting.Settle(() => starting.Status(Unit) is { Active: "inactive" });
        Assert.Equal((0, 1), (Starts(starting, "/bin/leave"), Starts(starting, "/bin/clean")));
        Assert.DoesNotContain(starting["sim-1"].Processes.Runs, run => run.ExitCode is null);
    }

    [Fact]
    public void A_stop_that_is_asked_for_while_no_agent_is_there_ends_the_command_that_a_start_had_begun()
    {
        var cluster = Started("ExecStartPre=/bin/wait\nExecStart=/usr/bin/docker run --name app image\nExecStopPost=/bin/clean");
        cluster.Settle(() => cluster.Status(Unit) is { Sub: "start-pre" });

        cluster["sim-1"].KillAgent();
        cluster.Do(new StopUnits([Unit]));
        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive", Sub: "dead" } && Starts(cluster, "/bin/clean") == 1);
        Assert.DoesNotContain(cluster["sim-1"].Processes.Runs, run => run.ExitCode is null);
    }

    [Fact]
    public void A_one_shot_that_is_restarted_while_it_runs_is_ended_and_begun_anew()
    {
        var cluster = Started("Type=oneshot\nExecStart=/usr/bin/docker run --name app image");
        cluster.Settle(() => cluster.Container(Unit) is not null);
        var first = cluster.Container(Unit)!.Id;

        cluster.Do(new RestartUnits([Unit]));

        cluster.Settle(() => cluster.Container(Unit) is { } container && container.Id != first);
        Assert.Equal("activating", cluster.Status(Unit)!.Active);
    }

    [Theory]
    [InlineData("ExecStart=/usr/bin/docker run -d --name app image")]
    [InlineData("ExecStartPre=/usr/bin/docker create --name app image\nExecStart=/usr/bin/docker start app")]
    public void A_one_shot_that_leaves_its_container_running_has_started_whenever_its_agent_dies(string lines)
    {
        var crash = 0;
        int effects;
        do
        {
            effects = 0;
            crash++;
            var cluster = new Rehearsal(1, allowProcess: true);
            cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\nType=oneshot\nRemainAfterExit=yes\n{lines}\n")]));
            cluster.World.Observer = new Interference((_, _) => ++effects == crash ? new Disturbance { Crashes = true } : null);
            cluster.Do(new StartUnits([Unit]));
            cluster.World.RunUntil(() => !cluster["sim-1"].AgentRuns, TimeSpan.FromSeconds(3));
            if (!cluster["sim-1"].AgentRuns)
            {
                cluster["sim-1"].StartAgent();
            }

            cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
            Assert.Single(cluster["sim-1"].Docker.Containers, container => container.Running);
        }
        while (effects >= crash);
    }

    [Theory]
    [InlineData("ExecStartPost=/usr/bin/docker run --rm --name probe image\nTimeoutStartSec=5s", "failed")]
    [InlineData("ExecStop=/usr/bin/docker run --rm --name probe image\nTimeoutStopSec=5s", "active")]
    public void A_container_that_a_command_waited_for_too_long_ends_as_with_docker_s_client(string lines, string active)
    {
        var cluster = Started($"ExecStart=/usr/bin/docker run --name app image\n{lines}");
        cluster.Settle(() => cluster.Status(Unit)!.Active == active || cluster.Status(Unit) is { Sub: "start-post" });
        cluster.Do(active == "active" ? new StopUnits([Unit]) : new StartUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });
        Assert.DoesNotContain(cluster["sim-1"].Docker.Containers, container => container.Running);
    }

    [Theory]
    [InlineData("ExecStartPost", "start-post")]
    [InlineData("ExecReload", "reload")]
    public void A_container_that_a_command_waited_for_ends_with_what_it_was_for(string key, string sub)
    {
        var cluster = Started($"ExecStart=/usr/bin/docker run --name app image\n{key}=/usr/bin/docker run --rm --name probe image");
        cluster.Settle(() => key == "ExecStartPost" || cluster.Status(Unit) is { Active: "active" });
        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit)?.Sub == sub && cluster["sim-1"].Docker.Find("probe") is { Running: true });

        cluster["sim-1"].EndContainer(Unit, 3);

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed", ExitCode: 3 });
        cluster.World.RunFor(TimeSpan.FromSeconds(15));
        Assert.DoesNotContain(cluster["sim-1"].Docker.Containers, container => container.Running);
    }

    [Fact]
    public void A_restart_does_not_wait_for_the_next_start_of_what_keeps_failing()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image\nRestart=always\nRestartSec=5min");
        cluster["sim-1"].EndContainer(Unit, 3);
        cluster.Settle(() => cluster.Status(Unit) is { Sub: "auto-restart" });

        cluster.Do(new RestartUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Restart: 1 }, seconds: 10);
    }

    [Fact]
    public void Each_command_of_a_stop_has_all_of_TimeoutStopSec()
    {
        var cluster = Running("ExecStart=/usr/bin/docker run --name app image\nExecStop=/bin/wait\nExecStop=/bin/wait\nTimeoutStopSec=10s");
        cluster.Do(new StopUnits([Unit]));
        foreach (var count in (int[])[1, 2])
        {
            cluster.Settle(() => Starts(cluster, "/bin/wait") == count);
            cluster.World.RunFor(TimeSpan.FromSeconds(8));
            cluster["sim-1"].EndProcess("/bin/wait", 0);
        }

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" or "failed" });
        Assert.Equal(("inactive", "dead"), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.Sub));
    }

    [Fact]
    public void A_service_that_its_timer_has_run_is_run_again_by_a_start()
    {
        var cluster = new Rehearsal(1);
        cluster.Do(new ImportUnits([
            new UnitSource(Unit, "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --name app image\n"),
            new UnitSource("app.timer", "[Timer]\nOnActiveSec=1min\n")]));
        cluster.Do(new StartUnits(["app.timer"]));
        cluster.Settle(() => cluster.Container(Unit) is not null, seconds: 90);
        cluster["sim-1"].EndContainer(Unit, 3);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });

        cluster.Do(new StartUnits([Unit]));

        cluster.Settle(() => cluster.Container(Unit) is not null);
        Assert.Equal(("activating", null, ""), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.ExitCode, cluster.Status(Unit)!.Reason));
        Assert.Equal(DesiredState.Launched, cluster.State.Units[Unit]!.Value.Desired);
    }

    private static int Starts(Rehearsal cluster, string program) => cluster["sim-1"].Processes.LogOf(Unit).Count(line => line.Text == $"{program}: started");

    private static Rehearsal Running(string service)
    {
        var cluster = Started(service);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        return cluster;
    }

    private static Rehearsal Started(string service)
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/wait");
        cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\n{service}\n")]));
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is not null);
        return cluster;
    }
}
