using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Scheduling;
using HaWeb.Tests.Unit.Operations;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class ForecastTests
{
    private readonly TestCluster _cluster = new();

    public ForecastTests()
    {
        _cluster.Serve("1", "A");
        _cluster.AddMachine("B");
    }

    [Fact]
    public void A_started_unit_would_be_placed()
    {
        var step = Assert.Single(Steps(new StartUnits(["nginx@2.service"])));

        Assert.Equal((null, "B"), (step.From, step.To));
        Assert.Equal("Start nginx@2.service: to be placed and running, made from nginx@.service; would be placed on host-B", step.ToString());
    }

    [Fact]
    public void All_names_are_one_plan_so_the_second_finds_the_first()
    {
        var steps = Steps(new StartUnits(["nginx@2.service", "nginx@3.service"]));

        Assert.Equal(["B", null], steps.Select(step => step.To));
        Assert.Contains("would wait: no machine takes it: host-A: port 80/tcp is taken by nginx@1.service; host-B: port 80/tcp is taken by nginx@2.service", steps[1].Reason);
    }

    [Fact]
    public void What_is_bound_to_an_unloaded_unit_is_a_line_of_its_own()
    {
        _cluster.Import("side.service", TestCluster.Plain + "[X-Fleet]\nMachineOf=nginx@2.service\n");
        _cluster.Apply(new StartUnits(["side.service"]));

        var steps = Steps(new StartUnits(["nginx@2.service"]));

        Assert.Equal(["Start nginx@2.service: to B", "Place side.service: to B"], steps.Select(step => $"{step.Action} {step.Target}: to {step.To}"));
        Assert.Equal("would be placed on host-B", steps[1].Reason);
    }

    [Fact]
    public void What_takes_a_place_that_becomes_free_is_told_too()
    {
        _cluster.Apply(new StartUnits(["nginx@2.service"]));
        _cluster.Place("nginx@2.service", "B");
        _cluster.Report("nginx@2.service", "B", with: status => status with { Healthy = true });
        _cluster.Apply(new StartUnits(["nginx@3.service"]));

        var steps = Steps(new StopUnits(["nginx@1.service"], Unload: true, Force: true));

        Assert.Equal(["Unload nginx@1.service: A to ", "Place nginx@3.service:  to A"], steps.Select(step => $"{step.Action} {step.Target}: {step.From} to {step.To}"));
    }

    [Fact]
    public void A_stop_and_a_restart_change_no_place()
    {
        Assert.Null(Assert.Single(Steps(new StopUnits(["nginx@1.service"], Force: true))).To);
        Assert.Equal("to be stopped and started once", Assert.Single(Steps(new RestartUnits(["nginx@1.service"], Force: true))).Reason);
    }

    [Fact]
    public void A_rolling_update_is_played_to_its_end_instance_by_instance()
    {
        _cluster.Serve("2", "B");

        var steps = Steps(new UpdateUnit("nginx@.service", new UpdateContent.Image("nginx:2")) { MinHealthyTime = TimeSpan.FromMinutes(1) });

        Assert.Equal(["nginx@.service", "nginx@1.service", "nginx@2.service"], steps.Select(step => step.Target));
        Assert.Equal("Update nginx@1.service: would get another file on host-A: it restarts there", steps[1].ToString());
        Assert.Equal(("B", "B"), (steps[2].From, steps[2].To));

        var options = Steps(new UpdateUnit("nginx@.service", new UpdateContent.File(TestCluster.Web + "Weight=2\n")));
        Assert.EndsWith("on host-A: it runs on, since nothing of [Service] changes", options[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_with_canaries_is_played_to_its_pause_and_from_there_when_it_is_resumed()
    {
        _cluster.Serve("2", "B");
        var update = new UpdateUnit("nginx@.service", new UpdateContent.Image("nginx:2")) { Canary = 1, Pause = true };
        Assert.Equal(["nginx@.service", "nginx@1.service"], Steps(update).Select(step => step.Target));

        _cluster.Apply(update);
        var record = _cluster.State.Updates["nginx@.service"]!.Value;
        _cluster.Put(TestCluster.Keys.Unit("nginx@1.service"), RecordCodec.Write(_cluster.Unit("nginx@1.service")! with { Hash = record.To }));
        _cluster.Place("nginx@1.service", "A");
        _cluster.Report("nginx@1.service", "A", with: status => status with { Healthy = true });
        _cluster.Put(TestCluster.Keys.Update("nginx@.service"), RecordCodec.Write(record with { Canary = 0, Paused = true }));

        Assert.Equal(["nginx@.service", "nginx@2.service"], Steps(new SteerUpdate("nginx@.service", OperationAction.Resume)).Select(step => step.Target));
        Assert.Equal(["nginx@.service", "nginx@1.service"], Steps(new SteerUpdate("nginx@.service", OperationAction.Rollback)).Select(step => step.Target));
    }

    [Fact]
    public void An_instance_that_the_new_file_keeps_off_its_machine_would_move()
    {
        _cluster.Serve("2", "B");
        _cluster.AddMachine("C");

        var steps = Steps(new UpdateUnit("nginx@.service", new UpdateContent.File(TestCluster.Web + "[X-Fleet]\nMachineMetadata=zone notexists\nConflicts=nginx@*.service\n")));
        Assert.All(steps.Skip(1), step => Assert.Equal(step.From, step.To));

        _cluster.Put(TestCluster.Keys.Metadata("A"), """{"values":{"zone":"x"}}""");
        var moved = Steps(new UpdateUnit("nginx@.service", new UpdateContent.File(TestCluster.Web + "[X-Fleet]\nMachineMetadata=zone notexists\n")));
        Assert.Contains(moved, step => step is { Action: OperationAction.Move, Target: "nginx@1.service", From: "A", To: "C" });
    }

    [Fact]
    public void What_happens_anyway_is_not_the_operations_doing()
    {
        _cluster.Import("web.service", TestCluster.Plain + "[X-Fleet]\nMachineID=A\n");
        _cluster.Apply(new StartUnits(["web.service"]));

        Assert.Equal(["nginx@2.service"], Steps(new StartUnits(["nginx@2.service"])).Select(step => step.Target));
    }

    [Fact]
    public void Units_of_a_removed_machine_would_go_elsewhere()
    {
        _cluster.Lose("A");

        var steps = Steps(new RemoveMachines(["A"]));

        Assert.Equal(["Remove A", "Move nginx@1.service"], steps.Select(step => $"{step.Action} {step.Target}"));
        Assert.Equal(("A", "B", "would move from host-A to host-B"), (steps[1].From, steps[1].To, steps[1].Reason));
    }

    [Fact]
    public void Units_of_machines_that_are_given_up_at_the_end_of_a_hold_would_go_elsewhere()
    {
        _cluster.AddMachine("C", leads: true);
        _cluster.Lose("A");
        var engine = _cluster.State.Engine!;
        _cluster.Put(TestCluster.Keys.Engine, RecordCodec.Write(engine.Value with { Holding = "A is gone", HoldingMachines = ["A"] }), engine.Lease);

        var steps = Steps(new ResumeCluster());

        Assert.Equal(("nginx@1.service", "A", "B"), (steps[1].Target, steps[1].From, steps[1].To));
    }

    [Fact]
    public void A_forecast_changes_nothing()
    {
        var state = _cluster.State;
        var revision = state.Revision;
        var plan = new StartUnits(["nginx@2.service"]).Plan(state, TestCluster.Now);

        Forecast.Of(state, plan.Steps.Select(step => step.Transaction), TestCluster.Now);

        Assert.Equal((revision, false), (state.Revision, state.Units.Contains("nginx@2.service")));
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("move")]
    [InlineData("optimise")]
    public void What_is_forecast_is_what_comes_about(string verb)
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("|Service=website", "web.service");
        world.Launch("", "a.service", "b.service", "c.service", "d.service");
        world.Launch("MachineOf=a.service", "side.service");
        world.Join("D");
        world.Settle();
        IOperation operation = verb switch
        {
            "drain" => new CordonMachines(["A"], Drain: true, Force: true),
            "move" => new MoveUnits(["a.service", "d.service"], "D"),
            _ => new OptimizePlacement(10),
        };
        var state = world.State;
        var plan = operation.Plan(state, TestCluster.Now);
        var expected = Where(state);
        foreach (var change in Forecast.Of(state, plan.Steps.Select(step => step.Transaction), TestCluster.Now))
        {
            expected[change.Unit] = change.To;
        }

        Assert.NotEmpty(plan.Steps);
        Assert.NotEqual(Where(state), expected);
        world.Settle(operation);

        Assert.Equal(expected, Where(world.State));

        static SortedDictionary<string, string?> Where(ClusterState state) =>
            new(state.Units.Names.ToDictionary(unit => unit, unit => state.Placed[unit]?.Value.Machine), StringComparer.Ordinal);
    }

    private IReadOnlyList<PlannedStep> Steps(IOperation operation)
    {
        var state = _cluster.State;
        var plan = operation.Plan(state, TestCluster.Now);
        Assert.Empty(plan.Refusals);
        return PlannedStep.Of(state, plan, TestCluster.Now);
    }
}
