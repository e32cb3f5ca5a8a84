using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class MoveUnitsTests
{
    private const string Unit = "nginx@1.service";

    private readonly TestCluster _cluster = new();

    public MoveUnitsTests()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
        _cluster.AddMachine("C");
    }

    [Fact]
    public void A_move_raises_the_number_and_names_the_machine()
    {
        var plan = _cluster.Apply(new MoveUnits([Unit], "C"));

        var change = Assert.Single(plan.Changes);
        Assert.Equal((OperationAction.Move, Unit, "from host-A to host-C"), (change.Action, change.Target, change.Reason));
        Assert.Equal((1, "C"), (_cluster.Unit(Unit)!.Move, _cluster.Unit(Unit)!.MoveTo));
        Assert.Empty(_cluster.Plan(plan.Again).Steps);
        Assert.Empty(_cluster.Plan(new MoveUnits([Unit], "C")).Steps);
    }

    [Fact]
    public void A_unit_that_is_there_already_is_left_as_it_is() => Assert.Empty(_cluster.Plan(new MoveUnits([Unit], "A")).Steps);

    [Fact]
    public void A_machine_that_refuses_it_says_exactly_why()
    {
        var refusal = Assert.Single(_cluster.Plan(new MoveUnits([Unit], "B")).Refusals);

        Assert.Equal(("MachineRefuses", RefusalKind.Conflict, Unit), (refusal.Id, refusal.Kind, refusal.Target));
        Assert.Equal("host-B does not take nginx@1.service: port 80/tcp is taken by nginx@2.service.", refusal.Message);
    }

    [Fact]
    public void Without_a_target_it_goes_to_any_other_machine_that_takes_it()
    {
        Assert.Equal("from host-A to host-C", Assert.Single(_cluster.Plan(new MoveUnits([Unit], null)).Changes).Reason);

        _cluster.Apply(new CordonMachines(["C"]));
        var refusal = Assert.Single(_cluster.Plan(new MoveUnits([Unit], null)).Refusals);
        Assert.Contains("host-B: port 80/tcp is taken by nginx@2.service; host-C: it is cordoned", refusal.Message);
    }

    [Fact]
    public void Of_two_that_exclude_each_other_one_is_moved_to_a_machine() =>
        Assert.Equal(["MachineRefuses"], _cluster.Plan(new MoveUnits([Unit, "nginx@2.service"], "C", Force: true)).Refusals.Select(refusal => refusal.Id));

    [Fact]
    public void The_last_healthy_backend_is_moved_by_force_only()
    {
        _cluster.Apply(new StopUnits(["nginx@2.service"]));

        Assert.Equal("LastHealthyBackend", Assert.Single(_cluster.Plan(new MoveUnits([Unit], "C")).Refusals).Id);
        Assert.Single(_cluster.Plan(new MoveUnits([Unit], "C", Force: true)).Changes);
    }

    [Fact]
    public void Two_operators_cannot_each_move_one_of_the_last_two()
    {
        _cluster.AddMachine("D");
        var first = _cluster.Plan(new MoveUnits([Unit], "C"));
        var second = _cluster.Plan(new MoveUnits(["nginx@2.service"], "D"));

        Assert.True(_cluster.Store.Commit(first.Steps[0].Transaction).Succeeded);
        Assert.False(_cluster.Store.Commit(second.Steps[0].Transaction).Succeeded);
    }

    [Fact]
    public void What_is_placed_nowhere_cannot_be_moved()
    {
        _cluster.Import("web.service", TestCluster.Plain);

        Assert.Contains("inactive", Refusal("UnitNotPlaced", "web.service"));
        _cluster.Apply(new StartUnits(["web.service"]));
        Assert.Contains("Get-HaPlacement", Refusal("UnitNotPlaced", "web.service"));
        Refusal("TemplateNeverRuns", "nginx@.service");
        Refusal("UnitNotFound", "none.service");
    }

    [Fact]
    public void A_global_unit_has_nowhere_to_go()
    {
        _cluster.Import("edge.service", TestCluster.Plain + "[X-Fleet]\nGlobal=true\n");

        Refusal("UnitIsGlobal", "edge.service");
    }

    [Fact]
    public void A_machine_that_is_not_there_refuses_all_at_once() => Refusal("MachineNotFound", Unit, "X");

    [Fact]
    public void What_is_bound_to_a_unit_moves_with_it_and_not_without_it()
    {
        _cluster.Import("side.service", TestCluster.Web.Replace("nginx-%i", "side", StringComparison.Ordinal).Replace("80:80", "81:81", StringComparison.Ordinal).Replace("website", "side", StringComparison.Ordinal) + $"[X-Fleet]\nMachineOf={Unit}\n");
        _cluster.Apply(new StartUnits(["side.service"]));
        _cluster.Place("side.service", "A");
        _cluster.Report("side.service", "A");

        Assert.Contains("MachineOf", Refusal("MachineRefuses", "side.service"));
        Assert.Equal("from host-A to host-C, with side.service", Assert.Single(_cluster.Plan(new MoveUnits([Unit], "C")).Changes).Reason);
        Assert.Equal(2, _cluster.Plan(new MoveUnits(["side.service", Unit], "C")).Changes.Count());

        // It serves as the only one, and would be stopped with the unit it is bound to.
        _cluster.Advertise("side", "side", "A");
        Assert.Contains("side.service", Refusal("LastHealthyBackend", Unit));
    }

    [Fact]
    public void Another_target_replaces_the_one_of_a_move_under_way()
    {
        _cluster.AddMachine("D");
        _cluster.Apply(new MoveUnits([Unit], "C"));
        _cluster.Place(Unit, "A", leave: true);

        Assert.Single(_cluster.Apply(new MoveUnits([Unit], "D")).Changes);
        Assert.Equal((2, "D"), (_cluster.Unit(Unit)!.Move, _cluster.Unit(Unit)!.MoveTo));
        Assert.Single(_cluster.Apply(new MoveUnits([Unit], "A")).Changes);
    }

    [Fact]
    public void Planned_again_after_it_was_carried_out_it_does_not_move_a_second_time()
    {
        var plan = _cluster.Apply(new MoveUnits([Unit], "C"));
        _cluster.Leave(Unit, "A");
        _cluster.AddMachine("D");
        _cluster.Place(Unit, "D");
        _cluster.Put(TestCluster.Keys.Placed(Unit), RecordCodec.Write(new PlacedRecord { Machine = "D", Move = 1 }));

        Assert.Empty(_cluster.Plan(plan.Again).Steps);
    }

    private string Refusal(string id, string unit, string to = "C")
    {
        var refusal = Assert.Single(_cluster.Plan(new MoveUnits([unit], to)).Refusals);
        Assert.Equal(id, refusal.Id);
        return refusal.Message;
    }
}
