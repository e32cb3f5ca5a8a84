using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation;

/// <summary>What units of one machine are to each other by their <c>[Unit]</c> sections.</summary>
public sealed class DependencyTests
{
    private const string A = "a.service";
    private const string B = "b.service";
    private const string Kick = "kick.service";

    [Theory]
    [InlineData("", "After=a.service")]
    [InlineData("Before=b.service", "")]
    public void A_unit_starts_after_another_one_has_started(string first, string second)
    {
        var cluster = Rehearse((A, first, "ExecStartPre=/bin/prepare-a\nExecStart=/usr/bin/a"), (B, second, "ExecStart=/usr/bin/b"));
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/prepare-a");

        cluster.Do(new StartUnits([A, B]));
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(("activating", "start-pre"), StateOf(cluster, A));
        Assert.Equal(("inactive", "dead"), StateOf(cluster, B));
        Assert.Equal("waits for a.service, which it starts after (After=)", cluster.Status(B)!.Reason);

        cluster["sim-1"].EndProcess("/bin/prepare-a", 0);

        Settle(cluster, A, B);
        Assert.Equal("", cluster.Status(B)!.Reason);
    }

    [Fact]
    public void Units_stop_in_the_reverse_order()
    {
        var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (B, "After=a.service", "ExecStart=/usr/bin/b\nExecStop=/bin/leave"));
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/leave");

        cluster.Do(new StopUnits([A, B]));
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal("deactivating", cluster.Status(B)!.Active);
        Assert.NotNull(cluster["sim-1"].Processes.RunningOf(A));

        cluster["sim-1"].EndProcess("/bin/leave", 0);

        cluster.Settle(() => StateOf(cluster, A) == ("inactive", "dead") && StateOf(cluster, B) == ("inactive", "dead"));
    }

    [Fact]
    public void A_stop_that_is_taken_back_while_it_waits_leaves_nothing_behind()
    {
        var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (B, "Requires=a.service\nAfter=a.service", "ExecStart=/usr/bin/b\nExecStop=/bin/leave"));
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/leave");
        cluster.Do(new StopUnits([A]));
        cluster.Settle(() => cluster["sim-1"].Processes.LogOf(B).Any(line => line.Text == "/bin/leave: started"));

        cluster.Do(new StartUnits([A]));
        cluster.World.RunFor(TimeSpan.FromSeconds(1));
        cluster["sim-1"].EndProcess("/bin/leave", 0);
        Settle(cluster, A, B);
        cluster["sim-1"].EndProcess("/usr/bin/a", 3);

        cluster.Settle(() => StateOf(cluster, A) == ("failed", "failed"));
        cluster.World.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(("failed", "active"), (StateOf(cluster, A).Active, StateOf(cluster, B).Active));
    }

    [Fact]
    public void What_is_needed_again_while_its_stop_waits_runs_on_and_is_waited_for_no_longer()
    {
        const string Needs = "Requires=a.service\nAfter=a.service";
        var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (B, Needs, "ExecStart=/usr/bin/b\nExecStop=/bin/leave"), (Kick, Needs, "ExecStart=/usr/bin/kick"));
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/leave");
        cluster.Do(new StopUnits([A]));
        cluster.Settle(() => StateOf(cluster, B).Active == "deactivating" && StateOf(cluster, Kick).Active == "inactive");

        cluster.Do(new RestartUnits([Kick]));

        Settle(cluster, A, Kick);
        cluster["sim-1"].EndProcess("/bin/leave", 0);
        Settle(cluster, A, B, Kick);
    }

    [Theory]
    [InlineData("Requires=a.service\nAfter=a.service", true)]
    [InlineData("Conflicts=a.service", false)]
    public void A_one_shot_that_runs_stops_for_the_sake_of_others(string options, bool isStop)
    {
        var cluster = Rehearse((A, "", "ExecStart=/usr/bin/a"), (B, options, "Type=oneshot\nExecStart=/bin/job"));
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/job");
        if (isStop)
        {
            cluster.Do(new StartUnits([A]));
            Settle(cluster, A);
        }

        cluster.Do(new StartUnits([B]));
        cluster.Settle(() => StateOf(cluster, B) == ("activating", "start"));

        cluster.Do(isStop ? new StopUnits([A]) : new StartUnits([A]));

        cluster.Settle(() => StateOf(cluster, B).Active == "inactive" && StateOf(cluster, A).Active == (isStop ? "inactive" : "active"), seconds: 10);
        Assert.Null(cluster["sim-1"].Processes.RunningOf(B));
    }

    [Fact]
    public void Units_that_are_asked_for_at_once_start_in_their_order_whatever_their_names()
    {
        var cluster = Rehearse((A, "After=b.service", "ExecStart=/usr/bin/a"), (B, "", "ExecStartPre=/bin/prepare-b\nExecStart=/usr/bin/b"));
        cluster["sim-1"].Processes.HangingCommands.Add("/bin/prepare-b");

        cluster.Do(new StartUnits([A, B]));
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal("activating", cluster.Status(B)!.Active);
        Assert.Empty(cluster["sim-1"].Processes.LogOf(A));
    }

    [Theory]
    [InlineData("After=docker.service network-online.target\nRequires=docker.service\nBindsTo=docker.service", "")]
    [InlineData("After=b.service\nBindsTo=b.service", "After=a.service\nBindsTo=a.service")]
    [InlineData("After=b.service", "Before=b.service\nAfter=a.service\nBefore=a.service")]
    [InlineData("Requires=b.service\nAfter=b.service", "BindsTo=a.service")]
    public void What_is_not_here_is_satisfied_and_a_circle_waits_for_nobody(string a, string b)
    {
        Running((A, a, "ExecStart=/usr/bin/a"), (B, b, "ExecStart=/usr/bin/b"));
    }

    [Fact]
    public void An_order_to_a_unit_that_has_failed_or_is_not_to_run_is_none()
    {
        var cluster = Rehearse((A, "", "ExecStart=/usr/bin/a"), (B, "After=a.service\nWants=a.service", "ExecStart=/usr/bin/b"), (Kick, "After=other.service", "ExecStart=/usr/bin/kick"), ("other.service", "", "ExecStartPre=/bin/false\nExecStart=/usr/bin/other"));
        cluster["sim-1"].Processes.FailingCommands.Add("/bin/false");

        cluster.Do(new StartUnits([B, Kick, "other.service"]));

        Settle(cluster, B, Kick);
        cluster.Settle(() => cluster.Status("other.service") is { Active: "failed" });
    }

    [Theory]
    [InlineData("Requires=a.service\nAfter=a.service", "a.service, which it requires, has failed (Requires=)")]
    [InlineData("BindsTo=a.service\nAfter=a.service", "a.service, which it is bound to, is not active (BindsTo=)")]
    [InlineData("BindsTo=a.service", "a.service, which it is bound to, is not active (BindsTo=)")]
    [InlineData("Requisite=a.service\nAfter=a.service", "a.service is not active (Requisite=)")]
    public void A_unit_whose_requirement_has_failed_is_not_started_until_that_runs(string options, string reason)
    {
        var cluster = Rehearse((A, "", "ExecStartPre=/bin/check\nExecStart=/usr/bin/a"), (B, options, "ExecStart=/usr/bin/b"));
        cluster["sim-1"].Processes.FailingCommands.Add("/bin/check");
        cluster.Do(new StartUnits([A, B]));

        cluster.Settle(() => cluster.Status(A) is { Active: "failed" } && StateOf(cluster, B) == ("inactive", "dead") && cluster.Status(B)!.Reason == reason);
        cluster["sim-1"].Processes.FailingCommands.Clear();
        cluster.Do(new RestartUnits([A]));

        Settle(cluster, A, B);
    }

    [Fact]
    public void A_side_kick_stops_when_its_unit_ends_and_is_back_with_it()
    {
        var cluster = Running((A, "", "Restart=always\nRestartSec=20\nExecStart=/usr/bin/a"), (Kick, "BindsTo=a.service\nAfter=a.service", "ExecStart=/usr/bin/kick\nExecStop=/bin/deregister"));

        cluster["sim-1"].EndContainer(A, 1);

        cluster.Settle(() => StateOf(cluster, Kick) == ("inactive", "dead"), seconds: 10);
        Assert.Contains(cluster["sim-1"].Processes.LogOf(Kick), line => line.Text == "/bin/deregister: started");
        Settle(cluster, A, Kick);
        Assert.Equal(0, cluster.Status(Kick)!.Restarts);
    }

    [Fact]
    public void What_waits_for_a_unit_has_neither_failed_nor_finished_however_it_ended_when_it_was_stopped()
    {
        var cluster = Running((A, "", "Restart=always\nRestartSec=20\nExecStart=/usr/bin/a"), (B, "BindsTo=a.service\nAfter=a.service", "ExecStart=/usr/bin/docker run --name next image\nExecStop=/usr/bin/docker stop next"));

        cluster["sim-1"].EndContainer(A, 1);
        cluster.Settle(() => StateOf(cluster, B) == ("inactive", "dead"), seconds: 10);

        var going = Assert.IsType<WaitVerdict.Going>(WaitCondition.Judge(new UnitViews(cluster.State, cluster.World.Now).Of(B), WaitGoal.Launched));
        Assert.Contains("a.service", going.Progress, StringComparison.Ordinal);
        Settle(cluster, A, B);
    }

    [Theory]
    [InlineData("BindsTo=a.service\nAfter=a.service")]
    [InlineData("BindsTo=a.service")]
    public void A_side_kick_that_stops_with_its_unit_does_not_bring_that_back(string options)
    {
        var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (Kick, options, "Restart=always\nExecStart=/usr/bin/kick"));

        cluster["sim-1"].EndContainer(A, 1);
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(("failed", ("inactive", "dead")), (cluster.Status(A)!.Active, StateOf(cluster, Kick)));
        Assert.Single(cluster["sim-1"].Processes.LogOf(A), line => line.Text == "/usr/bin/a: started");
        cluster.Do(new StartUnits([A]));
        Settle(cluster, A, Kick);
    }

    [Theory]
    [InlineData("Requires=a.service")]
    [InlineData("BindsTo=a.service\nAfter=a.service")]
    [InlineData("PartOf=a.service\nAfter=a.service")]
    public void A_unit_is_restarted_and_stopped_with_the_one_that_it_belongs_to(string options)
    {
        var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (B, options, "ExecStart=/usr/bin/b"));
        var (a, b) = (NumberOf(cluster, A), NumberOf(cluster, B));

        cluster.Do(new RestartUnits([A]));
        cluster.Settle(() => NumberOf(cluster, A) is { } first && first != a && NumberOf(cluster, B) is { } second && second != b);
        Settle(cluster, A, B);
        (a, b) = (NumberOf(cluster, A), NumberOf(cluster, B));
        cluster.World.RunFor(TimeSpan.FromSeconds(30));
        Assert.Equal((a, b), (NumberOf(cluster, A), NumberOf(cluster, B)));

        cluster.Do(new StopUnits([A]));
        cluster.Settle(() => StateOf(cluster, A) == ("inactive", "dead") && StateOf(cluster, B) == ("inactive", "dead")
            && cluster.Status(B)!.Reason.StartsWith("a.service is stopped (", StringComparison.Ordinal));

        cluster.Do(new StartUnits([A]));
        Settle(cluster, A, B);
    }

    [Fact]
    public void What_fails_by_itself_stops_only_what_is_bound_to_it()
    {
        var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (B, "Requires=a.service\nPartOf=a.service\nAfter=a.service", "ExecStart=/usr/bin/b"));
        var number = NumberOf(cluster, B);

        cluster["sim-1"].EndContainer(A, 1);
        cluster.Settle(() => cluster.Status(A) is { Active: "failed" });
        cluster.World.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(number, NumberOf(cluster, B));
    }

    [Theory]
    [InlineData("Conflicts=b.service", "")]
    [InlineData("", "Conflicts=a.service")]
    [InlineData("Conflicts=b.service", "Conflicts=a.service")]
    public void Of_two_that_conflict_the_later_one_runs_and_the_other_one_waits_for_its_stop(string a, string b)
    {
        var cluster = Rehearse((A, a, "ExecStart=/usr/bin/a"), (B, b, "ExecStart=/usr/bin/b"));
        cluster.Do(new StartUnits([B]));
        Settle(cluster, B);

        cluster.Do(new StartUnits([A]));
        Settle(cluster, A);
        cluster.World.RunFor(TimeSpan.FromSeconds(30));

        Assert.Equal(("inactive", "dead"), StateOf(cluster, B));
        Assert.Equal("a.service, which it conflicts with, was started later (Conflicts=)", cluster.Status(B)!.Reason);
        Assert.Null(NumberOf(cluster, B));

        cluster.Do(new StopUnits([A]));
        Settle(cluster, B);
        Assert.Equal(("inactive", "dead"), StateOf(cluster, A));
    }

    [Fact]
    public void An_agent_that_is_started_again_restarts_nothing_for_neighbours_that_it_does_not_know_yet()
    {
        var cluster = Running((A, "", "ExecStart=/usr/bin/docker run --name web image"), (Kick, "BindsTo=a.service\nAfter=a.service", "ExecStart=/usr/bin/kick"), (B, "Requires=a.service\nAfter=a.service", "ExecStart=/usr/bin/docker run --name next image"));
        var number = NumberOf(cluster, Kick);
        var containers = (cluster.Container(A)!.Id, cluster.Container(B)!.Id);

        foreach (var isDockerDown in new[] { false, true })
        {
            cluster["sim-1"].KillAgent();
            cluster["sim-1"].StopDocker(isDockerDown);
            cluster.World.RunFor(TimeSpan.FromSeconds(2));
            cluster["sim-1"].StartAgent();
            cluster.World.RunFor(TimeSpan.FromSeconds(20));
            cluster["sim-1"].StopDocker(down: false);
            cluster.World.RunFor(TimeSpan.FromSeconds(20));
            Settle(cluster, A, B, Kick);
        }

        Assert.Equal(number, NumberOf(cluster, Kick));
        Assert.Equal(containers, (cluster.Container(A)!.Id, cluster.Container(B)!.Id));
    }

    [Fact]
    public void An_agent_that_dies_while_units_restart_together_leaves_the_next_one_to_end_it_in_order()
    {
        var died = true;
        for (var effect = 1; died; effect++)
        {
            var cluster = Running((A, "", "ExecStart=/usr/bin/a"), (Kick, "BindsTo=a.service\nAfter=a.service", "ExecStart=/usr/bin/kick\nExecStop=/bin/leave"));
            var (a, kick) = (NumberOf(cluster, A), NumberOf(cluster, Kick));
            var left = effect;
            cluster.World.Observer = new Interference((_, _) => --left == 0 ? new Disturbance { Crashes = true } : null);
            cluster.Do(new RestartUnits([A]));
            cluster.World.RunFor(TimeSpan.FromSeconds(2));
            cluster.World.Observer = null;
            died = !cluster["sim-1"].AgentRuns;
            cluster["sim-1"].StartAgent();

            cluster.Settle(() => NumberOf(cluster, A) > a && NumberOf(cluster, Kick) > kick);
            Settle(cluster, A, Kick);
            Assert.True(NumberOf(cluster, Kick) > NumberOf(cluster, A), $"Its agent died before effect {effect}, and the side-kick was started first.");
            Assert.Equal(2, cluster["sim-1"].Processes.Runs.Count);
        }
    }

    [Fact]
    public void Side_kicks_of_fleets_time_follow_their_web_servers_through_a_restart_and_a_move()
    {
        const string SideKick = "[Unit]\nBindsTo=nginx@%i.service\nAfter=nginx@%i.service\n[Service]\nRestart=always\nExecStart=/usr/bin/announce %i\n[X-Fleet]\nMachineOf=nginx@%i.service\n";
        var cluster = new Rehearsal(3, allowProcess: true);
        cluster.Do(new ImportUnits([new UnitSource("nginx@.service", Rehearsal.Web), new UnitSource("announce@.service", SideKick)]));
        cluster.Do(new StartUnits(["nginx@1.service", "nginx@2.service", "announce@1.service", "announce@2.service"]));
        Settle(cluster, "nginx@1.service", "nginx@2.service", "announce@1.service", "announce@2.service");

        cluster.Do(new StopUnits(["nginx@1.service"]));
        cluster.Settle(() => StateOf(cluster, "announce@1.service") == ("inactive", "dead") && StateOf(cluster, "nginx@1.service") == ("inactive", "dead"));
        Settle(cluster, "nginx@2.service", "announce@2.service");

        cluster.Do(new StartUnits(["nginx@1.service"]));
        Settle(cluster, "nginx@1.service", "announce@1.service");

        var machine = cluster.MachineOf("nginx@2.service")!;
        cluster[machine].PowerLoss();
        cluster.Settle(() => cluster.MachineOf("nginx@2.service") is { } other && other != machine && cluster.MachineOf("announce@2.service") == other, seconds: 120);
        Settle(cluster, "nginx@1.service", "nginx@2.service", "announce@1.service", "announce@2.service");
    }

    private static Rehearsal Rehearse(params (string Name, string Unit, string Service)[] units)
    {
        var cluster = new Rehearsal(1, allowProcess: true);
        cluster.Do(new ImportUnits([.. units.Select(unit => new UnitSource(unit.Name, $"[Unit]\n{unit.Unit}\n[Service]\n{unit.Service}\n"))]));
        cluster.Do(new StartUnits([.. units.Select(unit => unit.Name)], DesiredState.Loaded));
        cluster.Settle(() => units.All(unit => cluster.MachineOf(unit.Name) is not null));
        return cluster;
    }

    private static Rehearsal Running(params (string Name, string Unit, string Service)[] units)
    {
        var cluster = Rehearse(units);
        cluster.Do(new StartUnits([.. units.Select(unit => unit.Name)]));
        Settle(cluster, [.. units.Select(unit => unit.Name)]);
        return cluster;
    }

    private static void Settle(Rehearsal cluster, params string[] active) => cluster.Settle(() => active.All(unit => cluster.Status(unit) is { Active: "active" }));

    private static (string Active, string Sub) StateOf(Rehearsal cluster, string unit) => cluster.Status(unit) is { } status ? (status.Active, status.Sub) : ("", "");

    private static int? NumberOf(Rehearsal cluster, string unit) => cluster["sim-1"].Processes.RunningOf(unit)?.Number;
}
