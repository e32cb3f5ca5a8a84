using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Operations.Views;

public sealed class DrainConditionTests
{
    private readonly TestCluster _cluster = new();

    public DrainConditionTests()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
        _cluster.Apply(new CordonMachines(["A"], Drain: true));
    }

    [Fact]
    public void A_machine_without_units_is_drained()
    {
        _cluster.Leave("nginx@1.service", "A");

        Assert.IsType<WaitVerdict.Done>(Judge());
    }

    [Fact]
    public void A_global_unit_stays_on_a_drained_machine()
    {
        _cluster.Leave("nginx@1.service", "A");
        _cluster.Import("edge.service", TestCluster.Plain + "[X-Fleet]\nGlobal=true\n");
        _cluster.Place("edge.service", "A");

        Assert.IsType<WaitVerdict.Done>(Judge());
    }

    [Fact]
    public void A_unit_that_another_machine_takes_is_waited_for()
    {
        _cluster.AddMachine("C");

        Assert.Equal("has 1 left to move", Assert.IsType<WaitVerdict.Going>(Judge()).Progress);
    }

    [Fact]
    public void A_unit_that_nothing_else_takes_ends_the_waiting_with_the_reason_of_each_machine()
    {
        Assert.Contains("nginx@1.service: no other machine takes it: B: port 80/tcp is taken by nginx@2.service", Assert.IsType<WaitVerdict.Failed>(Judge()).Reason);

        _cluster.Place("nginx@1.service", "A", leave: true);
        Assert.IsType<WaitVerdict.Going>(Judge());
    }

    [Fact]
    public void By_force_it_leaves_although_nothing_else_takes_it()
    {
        _cluster.Apply(new CordonMachines(["A"], Drain: true, Force: true));

        Assert.IsType<WaitVerdict.Going>(Judge());
    }

    [Fact]
    public void A_drain_that_somebody_has_ended_is_not_waited_for()
    {
        _cluster.Apply(new UncordonMachines(["A"]));

        Assert.IsType<WaitVerdict.Failed>(Judge());
    }

    private WaitVerdict Judge() => new DrainCondition(_cluster.State, TestCluster.Now).Judge("A");
}
