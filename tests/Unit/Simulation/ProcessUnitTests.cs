using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Units that are processes, or run some of their commands as processes.</summary>
public sealed class ProcessUnitTests
{
    private const string Unit = "app.service";

    [Fact]
    public void A_machine_whose_agent_allows_no_processes_takes_none_and_says_so()
    {
        var cluster = new Rehearsal(1);
        Start(cluster, "ExecStart=/bin/sleep 1000");

        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Null(cluster.MachineOf(Unit));
    }

    [Fact]
    public void A_process_is_started_with_its_own_environment_and_stopped_with_its_unit()
    {
        var cluster = Running("Environment=A=1\nUser=www-data\nWorkingDirectory=/srv\nUMask=0077\nExecStart=/usr/bin/app --name %n $A ${HAWEB_UNIT}");

        var run = cluster["sim-1"].Processes.RunningOf(Unit)!;
        Assert.Equal("/usr/bin/app", run.Spec.Path);
        Assert.Equal(["--name", Unit, "1", Unit], run.Spec.Arguments);
        Assert.Equal(["--name", Unit, "2", Unit], run.Spec.ArgumentsWith(new Dictionary<string, string> { ["A"] = "2", ["HAWEB_UNIT"] = Unit }));
        Assert.Equal("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", run.Spec.Environment["PATH"]);
        Assert.Equal(("www-data", "/srv", 63), (run.Spec.User, run.Spec.WorkingDirectory, run.Spec.UMask));

        cluster.Do(new StopUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" });
        Assert.Empty(cluster["sim-1"].Processes.Runs);
    }

    [Fact]
    public void A_restarted_agent_adopts_the_process_and_sees_its_end()
    {
        var cluster = Running("Restart=on-failure\nExecStart=/usr/bin/app");
        var number = cluster["sim-1"].Processes.RunningOf(Unit)!.Number;

        cluster["sim-1"].KillAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(2));
        cluster["sim-1"].StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(5));

        Assert.Equal(number, cluster["sim-1"].Processes.RunningOf(Unit)!.Number);
        Assert.Equal(("active", 0), (cluster.Status(Unit)!.Active, cluster.Status(Unit)!.Restarts));

        cluster["sim-1"].EndContainer(Unit, 3);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Restarts: 1 });
        Assert.NotEqual(number, cluster["sim-1"].Processes.RunningOf(Unit)!.Number);
        Assert.Equal(3, cluster.Status(Unit)!.ExitCode);
    }

    [Fact]
    public void The_end_of_a_process_that_no_agent_saw_is_taken_up_by_the_next_one()
    {
        var cluster = Running("Restart=on-failure\nExecStart=/usr/bin/app");

        cluster["sim-1"].KillAgent();
        cluster["sim-1"].EndContainer(Unit, 3);
        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Restarts: 1, ExitCode: 3 });
    }

    [Theory]
    [InlineData("/usr/bin/app", "ExecStartPre=/bin/prepare")]
    [InlineData("/usr/bin/app", "ExecStartPost=/bin/prepare")]
    [InlineData("/usr/bin/docker run --name app image", "ExecStartPre=/bin/prepare")]
    [InlineData("/usr/bin/docker run --name app image", "ExecStartPost=/bin/prepare")]
    public void No_process_remains_of_a_unit_that_another_machine_took_while_the_agent_was_away(string main, string command)
    {
        var cluster = new Rehearsal(2, allowProcess: true);
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/prepare");
        Start(cluster, $"ExecStart={main}\n{command}");
        cluster.Settle(() => cluster["sim-1"].Processes.Runs.Any(run => run is { Spec.Path: "/bin/prepare", ExitCode: null }));

        cluster["sim-1"].KillAgent();
        cluster.Settle(() => cluster.MachineOf(Unit) == "sim-2");
        cluster["sim-1"].StartAgent();

        cluster.Settle(() => cluster["sim-1"].Processes.Runs.Count == 0 && cluster["sim-1"].Docker.Containers.Count == 0 && cluster["sim-1"].Processes.LogOf(Unit).Count == 0);
    }

    [Fact]
    public void A_silent_docker_is_nothing_to_a_process()
    {
        var cluster = Allowing();
        cluster["sim-1"].StopDocker(down: true);
        Start(cluster, "ExecStart=/usr/bin/app");
        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();
        cluster["sim-1"].StopDocker(down: false);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        cluster["sim-1"].StopDocker(down: true);

        cluster.Do(new StopUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" });
        Assert.Empty(cluster["sim-1"].Processes.Runs);
    }

    [Fact]
    public void Commands_run_one_after_the_other_and_one_that_fails_ends_the_start_with_its_last_line()
    {
        var cluster = Allowing();
        cluster["sim-1"].Processes.FailingCommands.Add("/bin/false");
        Start(cluster, "ExecStartPre=/bin/true\nExecStartPre=-/bin/false\nExecStartPre=/bin/false\nExecStart=/usr/bin/app");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "failed" });

        var status = cluster.Status(Unit)!;
        Assert.Equal("ExecStartPre=/bin/false: exit code 1: /bin/false: ended with exit code 1", status.Reason);
        Assert.Equal(1, status.ExitCode);
        Assert.Null(cluster["sim-1"].Processes.RunningOf(Unit));
    }

    [Theory]
    [InlineData("always", 0, "active", "running")]
    [InlineData("always", 1, "inactive", "dead")]
    [InlineData("always", 254, "inactive", "dead")]
    [InlineData("no", 255, "failed", "failed")]
    [InlineData("no", 137, "failed", "failed")]
    public void A_condition_lets_it_start_skips_it_or_fails_it(string restart, int exitCode, string active, string sub)
    {
        var cluster = Allowing();
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/check");
        Start(cluster, $"Restart={restart}\nExecCondition=/bin/check\nExecStart=/usr/bin/app");
        cluster.Settle(() => cluster["sim-1"].Processes.Runs.Count == 1 && cluster.Status(Unit) is { Active: "activating", Sub: "condition" });

        cluster["sim-1"].EndProcess("/bin/check", exitCode);

        cluster.Settle(() => cluster.Status(Unit) is { } status && status.Active == active && status.Sub == sub);
    }

    [Fact]
    public void A_one_shot_runs_its_commands_in_order_and_is_dead_with_its_result()
    {
        var cluster = Allowing();
        Start(cluster, "Type=oneshot\nExecStart=/bin/one\nExecStart=/bin/two\nExecStartPost=/bin/three");

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive", Sub: "dead", ExitCode: 0 });

        Assert.Equal(
            ["/bin/one: started", "/bin/one: ended with exit code 0", "/bin/two: started", "/bin/two: ended with exit code 0", "/bin/three: started", "/bin/three: ended with exit code 0"],
            cluster["sim-1"].Processes.LogOf(Unit).Select(line => line.Text));
    }

    [Fact]
    public void A_one_shot_that_remains_is_active_until_it_is_stopped_with_its_stop_command()
    {
        var cluster = Allowing();
        Start(cluster, "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/one\nExecStop=/bin/undo");
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Sub: "exited" });

        cluster.Do(new StopUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" });
        Assert.Contains(cluster["sim-1"].Processes.LogOf(Unit), line => line.Text == "/bin/undo: started");
    }

    [Fact]
    public void What_comes_after_the_end_is_told_how_it_ended()
    {
        var cluster = Running("ExecStart=/usr/bin/app\nExecStopPost=/bin/clean $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS");
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/clean");

        cluster["sim-1"].EndContainer(Unit, 139);
        cluster.Settle(() => cluster["sim-1"].Processes.Runs.Any(run => run.Spec.Path == "/bin/clean"));

        Assert.Equal(["signal", "killed", "SEGV"], cluster["sim-1"].Processes.Runs.Single(run => run.Spec.Path == "/bin/clean").Spec.Arguments);
    }

    [Fact]
    public void A_unit_with_a_container_may_have_commands_that_are_processes()
    {
        var cluster = Allowing();
        Start(cluster, "ExecStartPre=/bin/prepare\nExecStart=/usr/bin/docker run --name app image\nExecStopPost=/bin/clean");
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });

        cluster.Do(new StopUnits([Unit]));

        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" });
        Assert.Equal(
            ["/bin/prepare: started", "/bin/prepare: ended with exit code 0", "/bin/clean: started", "/bin/clean: ended with exit code 0"],
            cluster["sim-1"].Processes.LogOf(Unit).Select(line => line.Text));
        Assert.Empty(cluster["sim-1"].Docker.Containers);
    }

    [Fact]
    public void A_process_is_a_backend_at_the_port_that_its_file_names()
    {
        var cluster = Allowing();
        cluster.Do(new ImportUnits([new UnitSource(Unit, "[Service]\nExecStart=/usr/bin/app\n[X-HaWeb]\nService=website\nPort=8080\n")]));
        cluster.Do(new StartUnits([Unit]));

        cluster.Settle(() => cluster.Backends.Count == 1);
        Assert.Equal("10.0.0.1:8080", cluster.Backends["app"]);

        cluster["sim-1"].HangContainer(Unit, hangs: true);
        cluster.Settle(() => cluster.Backends.Count == 0);
    }

    private static Rehearsal Running(string service)
    {
        var cluster = Allowing();
        Start(cluster, service);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        return cluster;
    }

    private static Rehearsal Allowing() => new(1, allowProcess: true);

    private static void Start(Rehearsal cluster, string service)
    {
        cluster.Do(new ImportUnits([new UnitSource(Unit, "[Service]\n" + service)]));
        cluster.Do(new StartUnits([Unit]));
    }
}
