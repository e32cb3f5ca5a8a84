namespace HaWeb.Tests.Unit.Scheduling;

public sealed class ReplacesTests
{
    [Fact]
    public void The_replaced_unit_moves_to_another_machine_and_the_newcomer_takes_its_place()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "old.service", "x.service", "y.service");
        Assert.Equal("old: A; x: B; y: C", world.Places);

        world.Launch("Replaces=old.service", "new.service");

        Assert.Equal("new: A; old: B; x: B; y: C", world.Places);
        Assert.Contains(world.Story("old.service"), line => line.Contains("leaves A: new.service replaces it", StringComparison.Ordinal));
        Assert.Equal("A", world.State.Placements["B", "old.service"]!.Value.MovedFrom);
    }

    [Fact]
    public void It_is_left_alone_where_another_machine_comes_first()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("", "old.service");

        world.Launch("Replaces=old.service", "new.service");

        Assert.Equal("new: B; old: A", world.Places);
    }

    [Fact]
    public void Where_no_machine_can_take_the_replaced_unit_the_newcomer_waits_and_says_so()
    {
        var world = new ScheduleWorld("A");
        world.Launch("", "old.service");

        world.Launch("Replaces=old.service", "new.service");

        Assert.Equal("new: -; old: A", world.Places);
        Assert.Contains("A: replaces old.service, which no other machine takes", world.Why("new.service"), StringComparison.Ordinal);

        world.Join("B");
        world.Settle();
        Assert.Equal("new: B; old: A", world.Places);
    }

    [Fact]
    public void Two_that_replace_each_other_mean_nothing_by_it()
    {
        var world = new ScheduleWorld("A");
        world.Launch("Replaces=b.service", "a.service");
        world.Launch("Replaces=a.service", "b.service");

        Assert.Equal("a: A; b: A", world.Places);
    }

    [Fact]
    public void The_replaced_unit_does_not_come_where_its_replacement_is()
    {
        var world = new ScheduleWorld("A");
        world.Launch("Replaces=old.service", "new.service");
        world.Launch("", "old.service");

        Assert.Equal("new: A; old: -", world.Places);
        Assert.Contains("A: new.service replaces it", world.Why("old.service"), StringComparison.Ordinal);
    }

    [Fact]
    public void It_settles_and_nothing_moves_any_more()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "old.service", "x.service", "y.service");
        world.Launch("Replaces=old.service", "new.service");
        var places = world.Places;
        var revision = world.World.Store.Revision;

        world.Settle(600);

        Assert.Equal(places, world.Places);
        Assert.Equal(revision, world.World.Store.Revision);
    }

    [Fact]
    public void One_that_gives_up_its_place_takes_its_followers_with_it()
    {
        var world = new ScheduleWorld("A zone=a", "B", "C");
        world.Launch("", "old.service");
        world.Launch("MachineOf=old.service", "side.service");
        Assert.Equal("old: A; side: A", world.Places);

        world.Launch("Replaces=old.service\nMachineMetadata=zone=a", "new.service");

        Assert.Equal("new: A; old: B; side: B", world.Places);
    }
}
