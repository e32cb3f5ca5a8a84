using HaWeb.Core.Cluster;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class MoveTests
{
    [Fact]
    public void A_unit_leaves_its_machine_and_is_placed_on_the_one_asked_for()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "a.service");

        world.Move("a.service", "C");

        Assert.Equal("a: C", world.Places);
        Assert.Equal(1, world.State.Placed["a.service"]!.Value.Move);
        var entry = world.State.Placements["C", "a.service"]!.Value;
        Assert.Equal(("A", true), (entry.MovedFrom, entry.Reason.Contains("an operator moves it to C", StringComparison.Ordinal)));
        Assert.NotNull(world.World.Machines["C"].Docker.RunningOf("a.service"));
        Assert.Null(world.World.Machines["A"].Docker.RunningOf("a.service"));
    }

    [Fact]
    public void A_machine_that_does_not_take_it_is_given_up_and_the_unit_runs_on()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("Conflicts=b.service", "a.service");
        world.Launch("", "b.service");
        var container = world.World.Machines["A"].Docker.RunningOf("a.service");

        world.Move("a.service", "B");

        Assert.Equal("a: A; b: B", world.Places);
        Assert.Equal((1, null), (world.State.Placed["a.service"]!.Value.Move, world.State.Placed["a.service"]!.Value.Leaving));
        Assert.Same(container, world.World.Machines["A"].Docker.RunningOf("a.service"));
        Assert.Contains(world.Story("a.service"), line => line.Contains("B does not take it: conflicts with b.service", StringComparison.Ordinal));
    }

    [Fact]
    public void A_move_to_where_it_is_moves_nothing()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("", "a.service");
        var generation = world.State.Placements["A", "a.service"]!.CreateRevision;

        world.Move("a.service", "A");

        Assert.Equal(generation, world.State.Placements["A", "a.service"]!.CreateRevision);
        Assert.Equal(1, world.State.Placed["a.service"]!.Value.Move);
    }

    [Fact]
    public void A_new_leader_goes_on_with_a_move_that_is_under_way()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "a.service");
        var record = world.State.Units["a.service"]!.Value;
        world.Put(world.World.Keys.Unit("a.service"), record with { Move = 1, MoveTo = "C" });
        Assert.True(world.World.RunUntil(() => world.State.Placements["A", "a.service"]?.Value.State == PlacementState.Leave, TimeSpan.FromSeconds(10)));

        world.World.EndLeadership();
        world.Settle();

        Assert.Equal("a: C", world.Places);
    }
}
