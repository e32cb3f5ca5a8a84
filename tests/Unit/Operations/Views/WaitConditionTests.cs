using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Operations.Views;

public sealed class WaitConditionTests
{
    private const string Unit = "nginx@1.service";

    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_start_is_done_when_the_unit_runs_is_healthy_and_advertised()
    {
        _cluster.AddMachine("A", leads: true);
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Apply(new StartUnits([Unit]));
        Assert.Contains("no room", Going(WaitGoal.Launched));

        _cluster.Place(Unit, "A");
        Assert.Contains("waits for A", Going(WaitGoal.Launched));

        _cluster.Report(Unit, "A", "activating", "start-pre");
        Assert.Contains("start-pre", Going(WaitGoal.Launched));

        _cluster.Report(Unit, "A");
        Assert.Contains("health check", Going(WaitGoal.Launched));

        _cluster.Advertise("website", "nginx@1", "A");
        Assert.IsType<WaitVerdict.Done>(Judge(WaitGoal.Launched));
    }

    [Fact]
    public void A_restart_is_not_done_by_the_run_before_it()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new RestartUnits([Unit], Force: true));
        Going(WaitGoal.Launched);

        _cluster.Place(Unit, "A");
        Going(WaitGoal.Launched);

        _cluster.Report(Unit, "A", with: status => status with { Healthy = true });
        Assert.IsType<WaitVerdict.Done>(Judge(WaitGoal.Launched));
    }

    [Fact]
    public void A_run_is_finished_when_it_has_ended_whoever_started_it()
    {
        _cluster.AddMachine("A", leads: true);
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Apply(new StartUnits([Unit], DesiredState.Loaded));
        _cluster.Place(Unit, "A");

        _cluster.Report(Unit, "A", "inactive", "dead");
        Assert.Contains("has not run yet", Going(WaitGoal.Finished));

        _cluster.Report(Unit, "A", "activating", "start");
        Assert.Contains("runs", Going(WaitGoal.Finished));

        _cluster.Report(Unit, "A", "inactive", "dead", status => status with { ExitCode = 0 });
        Assert.IsType<WaitVerdict.Done>(Judge(WaitGoal.Finished));

        _cluster.Report(Unit, "A", "failed", "failed", status => status with { ExitCode = 3 });
        Assert.Contains("exit code 3", Assert.IsType<WaitVerdict.Failed>(Judge(WaitGoal.Finished)).Reason);
    }

    [Fact]
    public void A_failed_unit_says_what_it_last_printed()
    {
        _cluster.Serve("1", "A");
        _cluster.Report(Unit, "A", "failed", "failed", status => status with { ExitCode = 3, Reason = "exit-code", Output = "no such file" });

        var failed = Assert.IsType<WaitVerdict.Failed>(Judge(WaitGoal.Launched));

        Assert.Contains("exit code 3", failed.Reason);
        Assert.Contains("no such file", failed.Reason);
    }

    [Fact]
    public void A_unit_that_restarts_by_itself_is_on_its_way()
    {
        _cluster.Serve("1", "A");
        _cluster.Report(Unit, "A", "activating", "auto-restart", status => status with { ExitCode = 3 });

        Assert.Contains("auto-restart", Going(WaitGoal.Launched));
    }

    [Theory]
    [InlineData("failed", "failed")]
    [InlineData("activating", "auto-restart")]
    public void A_missing_image_is_a_failure_of_its_own_kind_also_where_the_unit_is_started_again(string active, string sub)
    {
        _cluster.Serve("1", "A");
        _cluster.Report(Unit, "A", active, sub, status => status with { Reason = "there is no image none", Failure = StatusRecord.ImageNotFound });

        var failed = Assert.IsType<WaitVerdict.Failed>(Judge(WaitGoal.Launched));

        Assert.Equal(StatusRecord.ImageNotFound, failed.Kind);
        Assert.Contains("there is no image none", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_ended_well_has_arrived()
    {
        _cluster.Serve("1", "A");
        _cluster.Report(Unit, "A", "inactive", "dead");
        Going(WaitGoal.Launched);

        _cluster.Report(Unit, "A", "inactive", "dead", status => status with { ExitCode = 0 });
        Assert.IsType<WaitVerdict.Done>(Judge(WaitGoal.Launched));
    }

    [Fact]
    public void A_stop_is_done_when_the_unit_is_dead_and_in_its_place()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new StopUnits([Unit], Force: true));
        Going(WaitGoal.Loaded);

        _cluster.Place(Unit, "A");
        _cluster.Report(Unit, "A", "deactivating", "stop-sigterm");
        Going(WaitGoal.Loaded);

        _cluster.Report(Unit, "A", "inactive", "dead");
        Assert.IsType<WaitVerdict.Done>(Judge(WaitGoal.Loaded));
    }

    [Fact]
    public void A_stop_of_a_unit_that_no_machine_took_is_done_at_once()
    {
        _cluster.AddMachine("A", leads: true);
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Apply(new StartUnits([Unit]));
        _cluster.Apply(new StopUnits([Unit]));

        Assert.Equal(new WaitVerdict.Done(), Judge(WaitGoal.Stopped));
        Going(WaitGoal.Loaded);
    }

    [Fact]
    public void An_unload_and_a_removal_are_done_when_the_unit_has_left()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new StopUnits([Unit], Unload: true, Force: true));
        Going(WaitGoal.Inactive);
        _cluster.Apply(new RemoveUnits([Unit], Force: true));
        Going(WaitGoal.Removed);

        _cluster.Leave(Unit, "A");
        Assert.IsType<WaitVerdict.Done>(Judge(WaitGoal.Removed));
    }

    [Fact]
    public void Whoever_is_overtaken_by_another_operator_is_told()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new StopUnits([Unit], Force: true));
        Assert.Contains("loaded", Assert.IsType<WaitVerdict.Failed>(Judge(WaitGoal.Launched)).Reason);

        _cluster.Apply(new RemoveUnits([Unit], Force: true));
        _cluster.Leave(Unit, "A");
        Assert.IsType<WaitVerdict.Failed>(Judge(WaitGoal.Launched));

        _cluster.Apply(new StartUnits([Unit]));
        Assert.IsType<WaitVerdict.Failed>(Judge(WaitGoal.Removed));
    }

    [Fact]
    public void A_lost_machine_is_waited_for()
    {
        _cluster.Serve("1", "A");
        _cluster.Lose("A");

        Assert.Contains("not alive", Going(WaitGoal.Launched));
    }

    [Fact]
    public void Of_a_global_unit_the_machines_that_are_there_count()
    {
        _cluster.Import("every.service", TestCluster.Plain + "[X-Fleet]\nGlobal=true\n");
        _cluster.Apply(new StartUnits(["every.service"]));
        foreach (var machine in (string[])["A", "B", "C"])
        {
            _cluster.AddMachine(machine);
            _cluster.Place("every.service", machine);
        }

        _cluster.Report("every.service", "A");
        _cluster.Lose("C");
        Assert.IsType<WaitVerdict.Going>(Judge());

        _cluster.Report("every.service", "B");
        Assert.IsType<WaitVerdict.Done>(Judge());

        Assert.Equal(["A", "B"], WaitCondition.Known(Views()).Select(view => view.Machine));

        IReadOnlyList<UnitView> Views() => new UnitViews(_cluster.State, _ => "no room").Of("every.service");

        WaitVerdict Judge() => WaitCondition.Judge(Views(), WaitGoal.Launched);
    }

    [Theory]
    [InlineData(WaitGoal.Loaded)]
    [InlineData(WaitGoal.Inactive)]
    [InlineData(WaitGoal.Removed)]
    public void What_nobody_has_asked_for_yet_can_be_waited_for(WaitGoal goal)
    {
        _cluster.Serve("1", "A");

        var views = new UnitViews(_cluster.State, _ => "no room").Of(Unit);
        Assert.IsType<WaitVerdict.Going>(WaitCondition.Judge(views, goal, asked: false));
        Assert.IsType<WaitVerdict.Failed>(WaitCondition.Judge(views, goal));
    }

    [Fact]
    public void Waiting_is_pointless_while_nothing_runs_that_could_act()
    {
        Assert.Contains("Start-HaAgent", WaitCondition.WhyPointless(_cluster.State));

        _cluster.AddMachine("A");
        Assert.Null(WaitCondition.WhyPointless(_cluster.State));
    }

    private WaitVerdict Judge(WaitGoal goal) => WaitCondition.Judge(new UnitViews(_cluster.State, _ => "no room").Of(Unit), goal);

    private string Going(WaitGoal goal) => Assert.IsType<WaitVerdict.Going>(Judge(goal)).Progress;
}
