using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>ExecReload: a unit that runs reads its configuration again.</summary>
public sealed class ReloadTests
{
    private const string Unit = "app.service";
    private const string Process = "ExecStart=/usr/bin/app\nExecReload=/bin/kill -HUP $MAINPID\nExecReload=/bin/check";

    [Fact]
    public void The_commands_run_in_order_with_the_number_of_the_process_and_nothing_restarts()
    {
        var cluster = Running(Process);
        var main = cluster["sim-1"].Processes.RunningOf(Unit)!.Number;
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/kill");

        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "reloading", Sub: "reload", Reload: 0 } && Started(cluster).Contains("/bin/kill"));

        Assert.Equal(["-HUP", $"{main}"], cluster["sim-1"].Processes.Runs.Single(run => run.Spec.Path == "/bin/kill").Spec.Arguments);
        Assert.DoesNotContain("/bin/check", Started(cluster));

        cluster["sim-1"].EndProcess("/bin/kill", 0);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Sub: "running", Reload: 1, Reason: "" });
        Assert.Contains("/bin/check", Started(cluster));
        Assert.Equal(main, cluster["sim-1"].Processes.RunningOf(Unit)!.Number);
    }

    [Fact]
    public void A_backend_stays_in_its_service_while_it_is_reloaded()
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([new UnitSource(Unit, "[Service]\nExecStart=/usr/bin/docker run --name app -p 80:80 nginx\nExecReload=/bin/slow\n[X-HaWeb]\nService=website\n")]));
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Backends.Count == 1);
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/slow");

        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "reloading", Healthy: true });
        cluster.World.RunFor(TimeSpan.FromSeconds(20));

        Assert.Single(cluster.Backends);
    }

    [Fact]
    public void A_reload_that_fails_leaves_the_unit_as_it_runs_and_says_so_until_one_goes_well()
    {
        var cluster = Running(Process);
        cluster["sim-1"].Processes.FailingCommands.Add("/bin/kill");

        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Reload: 1, Failure: "reload-failed" });
        Assert.Equal("it runs on as before, since its reload failed: ExecReload=/bin/kill -HUP $MAINPID: exit code 1", cluster.Status(Unit)!.Reason.Split(": /bin/kill:")[0]);
        Assert.DoesNotContain("/bin/check", Started(cluster));

        cluster["sim-1"].Processes.FailingCommands.Clear();
        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Reload: 2, Reason: "", Failure: null });
    }

    [Fact]
    public void A_reload_that_takes_longer_than_TimeoutStartSec_has_failed_and_its_command_is_ended_with_the_unit()
    {
        var cluster = Running(Process + "\nTimeoutStartSec=5s");
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/kill");

        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Failure: "reload-failed", Reason: "it runs on as before, since its reload failed: ExecReload took longer than 5 s" });

        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" });
        Assert.DoesNotContain(cluster["sim-1"].Processes.Runs, run => run.ExitCode is null);
    }

    [Fact]
    public void A_unit_that_ends_or_is_stopped_while_it_is_reloaded_does_so_at_once()
    {
        var cluster = Running(Process + "\nRestart=always\nRestartSec=1s");
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/kill");
        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "reloading" });

        cluster["sim-1"].EndContainer(Unit, 1);
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Restarts: 1, Reload: 1 }, seconds: 10);

        cluster.Do(new ReloadUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "reloading" });
        cluster.Do(new StopUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "inactive" }, seconds: 10);
    }

    [Fact]
    public void An_agent_that_dies_at_any_moment_of_a_reload_is_followed_by_one_that_ends_it_and_restarts_nothing()
    {
        var crash = 0;
        int effects;
        do
        {
            effects = 0;
            crash++;
            var cluster = Running(Process);
            var main = cluster["sim-1"].Processes.RunningOf(Unit)!.Number;
            cluster.World.Observer = new Interference((_, _) => ++effects == crash ? new Disturbance { Crashes = true } : null);

            cluster.Do(new ReloadUnits([Unit]));
            cluster.World.RunUntil(() => !cluster["sim-1"].AgentRuns, TimeSpan.FromSeconds(5));
            if (!cluster["sim-1"].AgentRuns)
            {
                cluster["sim-1"].StartAgent();
            }

            cluster.Settle(() => cluster.Status(Unit) is { Active: "active", Reload: 1 });
            Assert.Contains("/bin/check", Started(cluster));
            Assert.True(Started(cluster).Count(program => program is "/bin/kill" or "/bin/check") <= 3, $"Crash {crash}: {string.Join(' ', Started(cluster))}");
            Assert.Equal(main, cluster["sim-1"].Processes.RunningOf(Unit)!.Number);
        }
        while (effects >= crash);

        Assert.True(crash > 5, $"Only {crash} effects were seen.");
    }

    [Theory]
    [InlineData("ExecStart=/usr/bin/app", "UnitNotReloadable")]
    [InlineData(Process, "UnitNotActive")]
    public void What_cannot_be_reloaded_is_refused(string service, string refusal)
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\n{service}\n")]));

        Assert.Equal(refusal, Assert.Single(cluster.Do(new ReloadUnits([Unit])).Refusals).Id);
    }

    private static IReadOnlyList<string> Started(Rehearsal cluster) =>
        [.. cluster["sim-1"].Processes.LogOf(Unit).Where(line => line.Text.EndsWith(": started", StringComparison.Ordinal)).Select(line => line.Text.Split(':')[0])];

    private static Rehearsal Running(string service)
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([new UnitSource(Unit, $"[Service]\n{service}\n")]));
        cluster.Do(new StartUnits([Unit]));
        cluster.Settle(() => cluster.Status(Unit) is { Active: "active" });
        return cluster;
    }
}
