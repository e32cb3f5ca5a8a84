using HaWeb.Core.Cluster;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class HoldTests
{
    [Fact]
    public void An_operator_ends_a_hold_and_what_has_vanished_is_placed_again()
    {
        var world = Held();
        world.Put(world.World.Keys.Resume, new ResumeRecord { Machines = world.State.Engine!.Value.HoldingMachines });
        world.Settle();

        Assert.Equal("a: D; b: D; c: D; d: D", world.Places);
        Assert.Null(world.State.Engine!.Value.Holding);
        Assert.Null(world.State.Resume);
    }

    [Fact]
    public void A_new_leader_heeds_the_word_that_ended_a_hold()
    {
        var world = Held();
        world.Put(world.World.Keys.Resume, new ResumeRecord { Machines = world.State.Engine!.Value.HoldingMachines });
        world.World.EndLeadership();
        world.Settle();

        Assert.Equal("a: D; b: D; c: D; d: D", world.Places);
    }

    [Fact]
    public void Without_a_word_it_lasts_until_they_are_back()
    {
        var world = Held();
        world.Settle(1_000);
        Assert.Equal("a: A; b: B; c: C; d: D", world.Places);

        world.World.Machines["B"].Cut(off: false);
        world.World.Machines["C"].Cut(off: false);
        world.Settle();

        Assert.Null(world.State.Engine!.Value.Holding);
        Assert.Equal("b: B; c: C; d: D", world.Places[(world.Places.IndexOf(';', StringComparison.Ordinal) + 2)..]);
    }

    [Fact]
    public void Machines_that_have_only_a_global_unit_left_hold_nothing_up_also_for_the_next_leader()
    {
        var world = Held();
        world.Launch("Global=true", "every.service");
        world.Put(world.World.Keys.Resume, new ResumeRecord { Machines = world.State.Engine!.Value.HoldingMachines });
        world.Settle();
        Assert.Null(world.State.Resume);

        world.World.EndLeadership();
        world.Settle();

        Assert.Null(world.State.Engine!.Value.Holding);
    }

    /// <summary>Four machines, three of which vanish together.</summary>
    private static ScheduleWorld Held()
    {
        var world = new ScheduleWorld("A", "B", "C", "D");
        world.Launch("", "a.service", "b.service", "c.service", "d.service");
        Assert.Equal("a: A; b: B; c: C; d: D", world.Places);
        foreach (var machine in (string[])["A", "B", "C"])
        {
            world.World.Machines[machine].Cut(off: true);
        }

        world.Settle();
        Assert.Equal(["A", "B", "C"], world.State.Engine!.Value.HoldingMachines);
        Assert.Equal("a: A; b: B; c: C; d: D", world.Places);
        return world;
    }
}
