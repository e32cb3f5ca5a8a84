using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.Core.Supervision;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>Timers and the services that they start, in a simulated cluster.</summary>
public sealed class TimerTests
{
    private const string Timer = "backup.timer";
    private const string Job = "backup.service";
    private const string OneShot = "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --name backup image";

    [Fact]
    public void A_timer_starts_its_service_on_the_machine_that_it_shares_with_it()
    {
        var cluster = Started("OnActiveSec=1h", machines: 3);
        cluster.Settle(() => cluster.Status(Timer) is { Active: "active", Sub: "waiting" });
        Assert.Equal(cluster.MachineOf(Job), cluster.MachineOf(Timer));
        Assert.Equal(("inactive", "dead"), (cluster.Status(Job)!.Active, cluster.Status(Job)!.Sub));
        var next = cluster.Status(Timer)!.Next!.Value;

        cluster.World.RunUntil(next.AddSeconds(-1));
        Assert.Null(cluster.Container(Job));

        cluster.World.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(next, cluster.Status(Timer)!.Last);
        Assert.Equal(("running", "activating"), (cluster.Status(Timer)!.Sub, cluster.Status(Job)!.Active));
        Assert.NotNull(cluster.Container(Job));
    }

    [Fact]
    public void A_run_that_has_ended_leaves_its_result_and_the_timer_waits_again()
    {
        var cluster = Started("OnActiveSec=1min\nOnUnitInactiveSec=1h");
        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 70);

        cluster["sim-1"].EndContainer(Job, 0);
        cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });

        var job = cluster.Status(Job)!;
        Assert.Equal(("inactive", "dead", 0L), (job.Active, job.Sub, job.ExitCode!.Value));
        Assert.InRange(cluster.Status(Timer)!.Next!.Value - cluster.World.Now, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));

        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 3_700);
    }

    [Fact]
    public void A_run_that_has_failed_is_shown_and_the_next_one_is_begun_all_the_same()
    {
        var cluster = Started("OnActiveSec=1min\nOnUnitActiveSec=1h");
        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 70);

        cluster["sim-1"].EndContainer(Job, 3);
        cluster.Settle(() => cluster.Status(Job) is { Active: "failed", ExitCode: 3 });
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal("failed", cluster.Status(Job)!.Active);

        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 3_700);
    }

    [Fact]
    public void A_timer_without_times_to_come_has_elapsed_or_is_dead_as_its_file_says()
    {
        (string Line, string Active, string Sub)[] cases = [("", "active", "elapsed"), ("RemainAfterElapse=no", "inactive", "dead")];
        foreach (var (line, active, sub) in cases)
        {
            var cluster = Started("OnActiveSec=1min\n" + line);
            cluster.Settle(() => cluster.Container(Job) is not null, seconds: 70);
            cluster["sim-1"].EndContainer(Job, 0);
            cluster.World.RunFor(TimeSpan.FromSeconds(5));

            Assert.Equal((active, sub, null), (cluster.Status(Timer)!.Active, cluster.Status(Timer)!.Sub, cluster.Status(Timer)!.Next));
        }
    }

    [Fact]
    public void A_service_that_is_launched_runs_already_and_elapsing_does_nothing()
    {
        var cluster = Started("OnActiveSec=1min");
        cluster.Do(new StartUnits([Job]));
        cluster.Settle(() => cluster.Container(Job) is not null);
        var container = cluster.Container(Job);

        cluster.World.RunFor(TimeSpan.FromMinutes(2));

        Assert.Same(container, cluster.Container(Job));
        Assert.Equal("running", cluster.Status(Timer)!.Sub);
    }

    [Fact]
    public void Stopping_the_timer_stops_no_run_and_stopping_the_service_does()
    {
        var cluster = Started("OnActiveSec=1min");
        cluster.Settle(() => cluster.Status(Job) is { Active: "activating" } && cluster.Container(Job) is not null, seconds: 70);

        cluster.Do(new StopUnits([Timer]));
        cluster.Settle(() => cluster.Status(Timer) is { Active: "inactive" });
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.NotNull(cluster.Container(Job));

        cluster.Do(new StopUnits([Job]));
        cluster.Settle(() => cluster.Container(Job) is null && cluster.Status(Job) is { Active: "inactive" } status && status.Restart == cluster.State.Units[Job]!.Value.Restart);
        Assert.Equal(DesiredState.Loaded, cluster.State.Units[Job]!.Value.Desired);
    }

    [Fact]
    public void Unloading_the_service_ends_its_run_and_the_timer_says_that_it_started_nothing()
    {
        var cluster = Started("OnActiveSec=1min\nOnUnitActiveSec=5min");
        cluster.Settle(() => cluster.Status(Job) is { Active: "activating" } && cluster.Container(Job) is not null, seconds: 70);

        cluster.Do(new StopUnits([Job], Unload: true));
        cluster.Settle(() => cluster.Container(Job) is null && cluster.MachineOf(Job) is null);
        cluster.World.RunFor(TimeSpan.FromMinutes(6));

        Assert.Null(cluster.Container(Job));
    }

    [Fact]
    public void What_a_timer_has_started_is_an_operators_once_it_is_launched_and_stays_stopped_then()
    {
        var cluster = Started("OnActiveSec=1min");
        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 70);
        Again(cluster);
        cluster.Do(new StartUnits([Job]));
        cluster.World.RunFor(TimeSpan.FromSeconds(5));

        cluster.Do(new StopUnits([Job]));
        cluster.Settle(() => cluster.Container(Job) is null);
        cluster.World.RunFor(TimeSpan.FromMinutes(5));

        Assert.Null(cluster.Container(Job));
        Assert.Equal("inactive", cluster.Status(Job)!.Active);
    }

    [Fact]
    public void A_restart_makes_a_timer_count_anew()
    {
        var cluster = Started("OnActiveSec=1h");
        cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });
        var first = cluster.Status(Timer)!.Next!.Value;
        cluster.World.RunFor(TimeSpan.FromMinutes(10));

        cluster.Do(new RestartUnits([Timer]));
        cluster.Settle(() => cluster.Status(Timer) is { Restart: 1, Sub: "waiting" });

        Assert.InRange(cluster.Status(Timer)!.Next!.Value - first, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
    }

    [Fact]
    public void Another_agent_goes_on_with_the_timer_and_takes_over_its_run()
    {
        var cluster = Started("OnActiveSec=10min\nOnUnitInactiveSec=1h");
        cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });
        var next = cluster.Status(Timer)!.Next;

        Again(cluster);
        Assert.Equal(next, cluster.Status(Timer)!.Next);

        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 700);
        var container = cluster.Container(Job);
        Again(cluster);
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Same(container, cluster.Container(Job));
        Assert.Equal("running", cluster.Status(Timer)!.Sub);

        // What ends while no agent is there has run.
        cluster["sim-1"].KillAgent();
        cluster["sim-1"].EndContainer(Job, 0);
        cluster["sim-1"].StartAgent();
        cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });
        Assert.Equal(("inactive", 0L), (cluster.Status(Job)!.Active, cluster.Status(Job)!.ExitCode!.Value));
    }

    [Fact]
    public void A_run_that_has_ended_is_not_begun_again_by_the_next_start_of_its_machine()
    {
        var cluster = Started("OnActiveSec=1min");
        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 90);
        cluster["sim-1"].EndContainer(Job, 0);
        cluster.Settle(() => cluster.Status(Timer) is { Sub: "elapsed" });

        cluster["sim-1"].PowerLoss();
        cluster.Settle(() => cluster.State.Sessions.Count == 0);
        cluster["sim-1"].PowerOn();
        cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Null(cluster.Container(Job));
    }

    [Fact]
    public void A_persistent_timer_makes_up_for_what_was_missed_while_its_machine_was_off()
    {
        foreach (var persistent in (bool[])[true, false])
        {
            var cluster = Started($"OnCalendar=*:0/30\nPersistent={persistent}");
            cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });
            cluster.World.RunUntil(cluster.World.Now.AddMinutes(5));
            cluster["sim-1"].PowerLoss();
            cluster.World.RunFor(TimeSpan.FromMinutes(30));

            cluster["sim-1"].PowerOn();
            cluster.World.RunFor(TimeSpan.FromMinutes(2));

            Assert.Equal(persistent, cluster.Container(Job) is not null);
        }
    }

    [Fact]
    public void An_agent_that_dies_before_any_effect_of_an_elapse_loses_no_run_and_doubles_none()
    {
        var crashed = true;
        for (var effect = 1; crashed; effect++)
        {
            Assert.True(effect < 200);
            var cluster = Started("OnActiveSec=1min");
            cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting" });
            cluster.World.RunUntil(cluster.Status(Timer)!.Next!.Value.AddMilliseconds(-1));
            cluster.World.Observer = new Crash(effect);
            var runs = new HashSet<DateTimeOffset>();
            RunAndCount(cluster, TimeSpan.FromSeconds(3), runs);
            cluster.World.Observer = null;
            crashed = !cluster["sim-1"].AgentRuns;
            cluster["sim-1"].StartAgent();
            RunAndCount(cluster, TimeSpan.FromMinutes(2), runs);

            Assert.True(cluster.Container(Job) is not null, $"its agent died before effect {effect}, and it does not run:\n{string.Join('\n', cluster.World.Trace.TakeLast(20))}");
            Assert.True(runs.Count == 1, $"its agent died before effect {effect}, and it was started {runs.Count} times");
            Assert.True(cluster.Status(Timer) is { Sub: "running" }, $"its agent died before effect {effect}, and the timer is {cluster.Status(Timer)}:\n{string.Join('\n', cluster.World.Trace.TakeLast(20))}");
        }
    }

    [Fact]
    public void An_agent_that_dies_while_the_next_run_begins_takes_it_for_no_run_of_before()
    {
        var crashed = true;
        for (var effect = 1; crashed; effect++)
        {
            Assert.True(effect < 200);
            var cluster = new Rehearsal(1, allowProcess: true);
            cluster.Do(new ImportUnits([new UnitSource(Job, "[Service]\nType=oneshot\nExecStart=/bin/job\n"), new UnitSource(Timer, "[Timer]\nOnActiveSec=1min\nOnUnitInactiveSec=1h\n")]));
            cluster.Do(new StartUnits([Timer]));
            cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting", Last: not null }, seconds: 90);
            var first = cluster.Status(Timer)!.Last;
            cluster.World.RunUntil(cluster.Status(Timer)!.Next!.Value.AddMilliseconds(-1));
            cluster.World.Observer = new Crash(effect);
            cluster.World.RunFor(TimeSpan.FromSeconds(2));
            cluster.World.Observer = null;
            crashed = !cluster["sim-1"].AgentRuns;
            cluster["sim-1"].StartAgent();

            cluster.Settle(() => cluster.Status(Timer) is { Sub: "waiting", Last: { } last } && last > first && cluster.Status(Job) is { Active: "inactive", ExitCode: 0 } job && job.Trigger == last);
            Assert.Equal(2, cluster["sim-1"].Processes.LogOf(Job).Count(line => line.Text == "/bin/job: started"));
        }
    }

    [Fact]
    public void A_disk_that_keeps_nothing_keeps_no_timer_from_elapsing()
    {
        var cluster = Started("OnActiveSec=1min");
        cluster.World.Observer = new DeafDisk();

        cluster.Settle(() => cluster.Container(Job) is not null, seconds: 90);
    }

    private static void Again(Rehearsal cluster)
    {
        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();
        cluster.Settle(() => cluster.Status(Timer) is not null && cluster["sim-1"].AgentRuns);
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
    }

    private static void RunAndCount(Rehearsal cluster, TimeSpan time, HashSet<DateTimeOffset> runs) => cluster.World.RunUntil(
        () =>
        {
            if (cluster.Container(Job) is { } container)
            {
                runs.Add(container.StartedAt!.Value);
            }

            return false;
        },
        time);

    private static Rehearsal Started(string timer, int machines = 1)
    {
        var cluster = new Rehearsal(machines);
        cluster.Do(new ImportUnits([new UnitSource(Job, OneShot), new UnitSource(Timer, $"[Timer]\n{timer}")]));
        cluster.Do(new StartUnits([Timer]));
        return cluster;
    }

    /// <summary>Kills the agent before one of its effects, once.</summary>
    private sealed class Crash(int effect) : ISimulationObserver
    {
        private int _left = effect;

        public Disturbance Asked(SimulatedMachine machine, IStateMachine by, Effect effect) =>
            by is MachineSupervisor && --_left == 0 ? new Disturbance { Crashes = true } : Disturbance.None;

        public void Telling(SimulatedMachine machine, IStateMachine by, Event happened)
        {
        }
    }

    /// <summary>A disk whose answers never come.</summary>
    private sealed class DeafDisk : ISimulationObserver
    {
        public Disturbance Asked(SimulatedMachine machine, IStateMachine by, Effect effect) =>
            effect is Effect.WriteState or Effect.ReadState ? new Disturbance { LosesAnswer = true } : Disturbance.None;

        public void Telling(SimulatedMachine machine, IStateMachine by, Event happened)
        {
        }
    }
}
