using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>As in systemd, a start of a unit starts those of its machine that it requires, wants or is bound to, although they are loaded only.</summary>
public sealed class NeededUnitsTests
{
    private const string App = "app.service";
    private const string Db = "db.service";

    [Theory]
    [InlineData("Requires=db.service\nAfter=db.service")]
    [InlineData("BindsTo=db.service\nAfter=db.service")]
    [InlineData("Wants=db.service\nAfter=db.service")]
    [InlineData("Requires=db.service")]
    public void What_a_unit_needs_is_started_with_it_in_their_order(string options)
    {
        var cluster = Loaded(options, "ExecStartPre=/bin/prepare\nExecStart=/usr/bin/db");
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/prepare");

        cluster.Do(new StartUnits([App]));
        cluster.World.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(("activating", "start-pre"), StateOf(cluster, Db));
        Assert.Equal(options.Contains("After", StringComparison.Ordinal) ? "inactive" : "active", cluster.Status(App)!.Active);

        cluster["sim-1"].EndProcess("/bin/prepare", 0);
        Settle(cluster, App, Db);
        Assert.Equal(DesiredState.Loaded, cluster.State.Units[Db]!.Value.Desired);
    }

    [Fact]
    public void What_it_does_not_need_stays_as_it_is()
    {
        var cluster = Loaded("After=db.service\nPartOf=db.service", "ExecStart=/usr/bin/db");

        cluster.Do(new StartUnits([App]));
        Settle(cluster, App);
        cluster.World.RunFor(TimeSpan.FromSeconds(5));

        Assert.Equal(("inactive", "dead"), StateOf(cluster, Db));
    }

    [Theory]
    [InlineData("Requires=db.service\nAfter=db.service", "inactive", "db.service, which it requires, has failed (Requires=)")]
    [InlineData("Wants=db.service\nAfter=db.service", "active", "")]
    public void One_that_cannot_be_started_keeps_out_what_requires_it_and_is_tried_once(string options, string active, string reason)
    {
        var cluster = Loaded(options, "ExecStartPre=/bin/prepare\nExecStart=/usr/bin/db");
        cluster["sim-1"].Processes.FailingCommands.Add("/bin/prepare");

        cluster.Do(new StartUnits([App]));
        cluster.Settle(() => cluster.Status(App)!.Active == active && cluster.Status(Db) is { Active: "failed" });
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal((active, reason), (cluster.Status(App)!.Active, cluster.Status(App)!.Reason));
        Assert.Single(cluster["sim-1"].Processes.LogOf(Db), line => line.Text == "/bin/prepare: started");

        cluster["sim-1"].KillAgent();
        cluster["sim-1"].StartAgent();
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Single(cluster["sim-1"].Processes.LogOf(Db), line => line.Text == "/bin/prepare: started");
        Assert.Equal((active, "failed"), (cluster.Status(App)!.Active, cluster.Status(Db)!.Active));

        cluster["sim-1"].Processes.FailingCommands.Clear();
        cluster.Do(new RestartUnits([App]));
        Settle(cluster, App, Db);
    }

    [Fact]
    public void A_one_shot_that_is_required_runs_before_every_start()
    {
        var cluster = Loaded("Requires=db.service\nAfter=db.service", "Type=oneshot\nExecStart=/bin/migrate", "Restart=always\nRestartSec=1s\n");

        cluster.Do(new StartUnits([App]));
        Settle(cluster, App);
        cluster["sim-1"].EndContainer(App, 1);
        cluster.Settle(() => cluster.Status(App) is { Active: "active", Restarts: 1 });

        Assert.Equal(2, cluster["sim-1"].Processes.LogOf(Db).Count(line => line.Text == "/bin/migrate: started"));
        Assert.Equal(("inactive", "dead"), StateOf(cluster, Db));
    }

    [Fact]
    public void What_an_operator_stops_later_stays_down_with_what_requires_it_until_that_is_started_again()
    {
        var cluster = Loaded("Requires=db.service\nAfter=db.service", "ExecStart=/usr/bin/db");
        cluster.Do(new StartUnits([App]));
        Settle(cluster, App, Db);

        cluster.Do(new StopUnits([Db]));
        cluster.Settle(() => StateOf(cluster, Db) == ("inactive", "dead") && StateOf(cluster, App) == ("inactive", "dead"));
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal("db.service is stopped (Requires=)", cluster.Status(App)!.Reason);

        cluster.Do(new RestartUnits([App]));
        Settle(cluster, App, Db);
    }

    [Fact]
    public void A_unit_that_is_loaded_later_takes_nothing_away()
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([new UnitSource(App, "[Unit]\nRequires=db.service\nAfter=db.service\n[Service]\nExecStart=/usr/bin/app\n")]));
        cluster.Do(new StartUnits([App]));
        Settle(cluster, App);
        var number = cluster["sim-1"].Processes.RunningOf(App)!.Number;

        cluster.Do(new ImportUnits([new UnitSource(Db, "[Service]\nExecStart=/usr/bin/db\n")]));
        cluster.Do(new StartUnits([Db], DesiredState.Loaded));
        cluster.Settle(() => cluster.Status(Db) is not null);
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(number, cluster["sim-1"].Processes.RunningOf(App)!.Number);
    }

    [Fact]
    public void An_agent_that_dies_at_any_moment_of_the_start_is_followed_by_one_that_starts_both_in_order()
    {
        var crash = 0;
        int effects;
        do
        {
            effects = 0;
            crash++;
            var cluster = Loaded("Requires=db.service\nAfter=db.service", "ExecStartPre=/bin/prepare\nExecStart=/usr/bin/db");
            cluster.World.Observer = new Interference((_, _) => ++effects == crash ? new Disturbance { Crashes = true } : null);

            cluster.Do(new StartUnits([App]));
            cluster.World.RunUntil(() => !cluster["sim-1"].AgentRuns, TimeSpan.FromSeconds(3));
            if (!cluster["sim-1"].AgentRuns)
            {
                cluster["sim-1"].StartAgent();
            }

            Settle(cluster, App, Db);
            cluster.World.RunFor(TimeSpan.FromSeconds(5));
            Settle(cluster, App, Db);
            Assert.True(cluster["sim-1"].Processes.RunningOf(App)!.Number > cluster["sim-1"].Processes.RunningOf(Db)!.Number, $"Crash {crash}");
            Assert.Equal(2, cluster["sim-1"].Processes.Runs.Count(run => run.ExitCode is null));
        }
        while (effects >= crash);

        Assert.True(crash > 10, $"Only {crash} effects were seen.");
    }

    [Fact]
    public void Thirty_units_that_conflict_with_each_other_are_judged_in_no_time()
    {
        var names = Enumerable.Range(10, 30).Select(number => $"u{number}.service").ToList();
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([.. names.Select(name => new UnitSource(name, $"[Unit]\nConflicts={string.Join(' ', names.Where(other => other != name))}\n[Service]\nExecStart=/usr/bin/u\n"))]));

        cluster.Do(new StartUnits(names));

        cluster.Settle(() => names.All(name => cluster.Status(name) is not null) && names.Count(name => cluster.Status(name) is { Active: "active" }) == 1);
    }

    private static Rehearsal Loaded(string options, string needed, string service = "")
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([new UnitSource(App, $"[Unit]\n{options}\n[Service]\n{service}ExecStart=/usr/bin/app\n"), new UnitSource(Db, $"[Service]\n{needed}\n")]));
        cluster.Do(new StartUnits([App, Db], DesiredState.Loaded));
        cluster.Settle(() => cluster.Status(App) is not null && cluster.Status(Db) is not null);
        return cluster;
    }

    private static void Settle(Rehearsal cluster, params string[] active) => cluster.Settle(() => active.All(unit => cluster.Status(unit) is { Active: "active" }));

    private static (string Active, string Sub) StateOf(Rehearsal cluster, string unit) => cluster.Status(unit) is { } status ? (status.Active, status.Sub) : ("", "");
}
