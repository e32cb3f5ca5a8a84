using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Scheduling;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class GroupTests
{
    [Fact]
    public void An_anchor_is_placed_where_its_followers_can_follow()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=b", "C zone=b");
        world.Import("app.service");
        world.Import("side.service", "MachineOf=app.service\nMachineMetadata=zone=b");
        world.Start("app.service", "side.service");

        Assert.Equal("app: B; side: B", world.Places);
    }

    [Fact]
    public void A_follower_that_no_machine_takes_together_with_its_anchor_waits_and_does_not_keep_it_from_being_placed()
    {
        var world = new ScheduleWorld("A zone=a");
        world.Import("app.service", "MachineMetadata=zone=a");
        world.Import("side.service", "MachineOf=app.service\nMachineMetadata=zone=b");
        world.Start("app.service", "side.service");

        Assert.Equal("app: A; side: -", world.Places);
        Assert.Contains("zone=b", world.Why("side.service"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_follower_waits_for_its_anchor_and_then_follows_through_others_too()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("MachineOf=b.service", "c.service");
        world.Launch("MachineOf=a.service", "b.service");
        Assert.Equal("b: -; c: -", world.Places);

        world.Launch("", "x.service", "a.service");

        Assert.Equal("a: A; b: A; c: A; x: B", world.Places);
    }

    [Fact]
    public void A_moved_anchor_takes_its_followers_along_who_stop_first_and_start_last()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("", "app.service");
        world.Launch("MachineOf=app.service", "side.service");
        Assert.Equal("app: A; side: A", world.Places);

        world.Move("app.service", "B");

        Assert.Equal("app: B; side: B", world.Places);
        Assert.Equal(
            ["side leaves", "app leaves", "app placed", "side placed"],
            world.World.Trace.Select(Moment).Where(moment => moment is not null).TakeLast(4));
    }

    [Fact]
    public void A_removed_or_unloaded_anchor_unplaces_its_followers_and_a_stopped_one_does_not()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("", "app.service");
        world.Launch("MachineOf=app.service", "side.service");

        world.Settle(new StopUnits(["app.service"]));
        Assert.Equal("app: A; side: A", world.Places);

        world.Settle(new StopUnits(["app.service"], Unload: true));
        Assert.Equal("app: -; side: -", world.Places);

        world.Start("app.service");
        Assert.Equal("app: A; side: A", world.Places);

        world.Settle(new RemoveUnits(["app.service"]));
        Assert.Equal("side: -", world.Places);
    }

    [Fact]
    public void An_anchor_leaves_after_a_follower_that_was_removed_a_moment_before()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("", "app.service");
        world.Launch("MachineOf=app.service", "side.service");

        world.Put(world.World.Keys.Cordon("A"), new CordonRecord { Drain = true });
        world.Settle(new RemoveUnits(["side.service"]));

        Assert.Equal("app: B", world.Places);
        Assert.Contains(world.Story("app.service"), line => line.EndsWith("leaves A: A is drained; those that follow it go first", StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_whose_machine_is_lost_is_placed_together_on_one_that_takes_it_whole()
    {
        var world = new ScheduleWorld("A", "B zone=b", "C zone=c");
        world.Import("app.service");
        world.Import("side.service", "MachineOf=app.service\nMachineMetadata=zone=c");
        world.Put(world.World.Keys.Metadata("A"), Zone("c"));
        world.Start("app.service", "side.service");
        Assert.Equal("app: A; side: A", world.Places);

        world.World.Machines["A"].PowerLoss();
        world.Settle();

        Assert.Equal("app: C; side: C", world.Places);
    }

    [Fact]
    public void The_group_of_a_unit_lists_each_after_those_that_it_follows()
    {
        var ties = new UnitTies();
        ties.Set("c", ["a", "b"]);
        ties.Set("b", ["a"]);
        ties.Set("d", ["c"]);
        ties.Set("e", ["x"]);

        Assert.Equal(["b", "c", "d"], ties.GroupOf("a"));

        ties.Set("c", []);
        Assert.Equal(["b"], ties.GroupOf("a"));
    }

    private static MetadataRecord Zone(string zone)
    {
        var record = new MetadataRecord();
        record.Values["zone"] = zone;
        return record;
    }

    private static string? Moment(string line) =>
        line.Contains("app.service: leaves A", StringComparison.Ordinal) && !line.Contains("go first", StringComparison.Ordinal) ? "app leaves"
        : line.Contains("side.service: leaves A", StringComparison.Ordinal) ? "side leaves"
        : line.Contains("app.service: ", StringComparison.Ordinal) && line.EndsWith(" placed on B", StringComparison.Ordinal) ? "app placed"
        : line.EndsWith("side.service: placed on B", StringComparison.Ordinal) ? "side placed"
        : null;
}
