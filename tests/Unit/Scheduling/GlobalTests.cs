using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class GlobalTests
{
    [Fact]
    public void A_global_unit_runs_on_every_machine_that_its_metadata_allows()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=b", "C zone=a");
        world.Launch("Global=true\nMachineMetadata=zone=a", "g.service");

        Assert.Equal("g: A,C", world.Places);
        Assert.All(["A", "C"], machine => Assert.NotNull(world.World.Machines[machine].Docker.RunningOf("g.service")));
        Assert.Null(world.State.Placed["g.service"]);
    }

    [Fact]
    public void A_machine_that_joins_gets_it_and_one_that_was_lost_runs_it_on_when_it_is_back()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("Global=true", "g.service");
        world.Join("D");
        world.Settle();
        Assert.Equal("g: A,B,C,D", world.Places);
        var container = world.World.Machines["B"].Docker.RunningOf("g.service");

        world.World.Machines["B"].Cut(off: true);
        world.Settle();
        world.World.Machines["B"].Cut(off: false);
        world.Settle();

        Assert.Equal("g: A,B,C,D", world.Places);
        Assert.Same(container, world.World.Machines["B"].Docker.RunningOf("g.service"));
    }

    [Fact]
    public void It_counts_as_load_and_stays_away_from_what_it_conflicts_with()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("", "web.service");
        world.Launch("Global=true\nConflicts=web.service", "g.service");
        Assert.Equal("g: B,C; web: A", world.Places);

        world.Launch("", "x.service");

        Assert.Equal("g: B,C; web: A; x: A", world.Places);
    }

    [Fact]
    public void It_gives_way_to_an_ordinary_unit_that_no_machine_takes_otherwise_and_on_one_machine_only()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("Global=true\nConflicts=web.service", "g.service");
        Assert.Equal("g: A,B,C", world.Places);

        world.Launch("", "web.service");

        Assert.Equal("g: B,C; web: A", world.Places);
        Assert.Contains(world.Story("g.service"), line => line.Contains("web.service needs the machine", StringComparison.Ordinal));

        world.Settle(new StopUnits(["web.service"], Unload: true));
        Assert.Equal("g: A,B,C; web: -", world.Places);
    }

    [Fact]
    public void The_machine_that_it_gives_up_goes_to_the_unit_that_needs_it_and_to_no_other()
    {
        var world = new ScheduleWorld("A", "B");
        world.Put(world.World.Keys.Cordon("B"), new CordonRecord());
        world.Launch("Global=true\nConflicts=aa.service", "g.service");
        Assert.Equal("g: A", world.Places);

        world.Import("aa.service", "Conflicts=bb.service");
        world.Import("bb.service");
        world.Start("aa.service", "bb.service");

        Assert.Equal("aa: A; bb: -; g: -", world.Places);
    }

    [Fact]
    public void One_that_becomes_an_ordinary_unit_is_placed_once_also_while_a_machine_is_lost()
    {
        var world = new ScheduleWorld("A", "B", "C");
        world.Launch("Global=true", "g.service");
        world.Import("plain.service");
        world.World.Machines["A"].PowerLoss();
        world.Settle();

        var state = world.State;
        world.Put(world.World.Keys.Unit("g.service"), state.Units["g.service"]!.Value with { Hash = state.Units["plain.service"]!.Value.Hash });
        world.Settle();

        Assert.Equal("g: B; plain: -", world.Places);
        Assert.Single(world.World.Machines.Values, machine => machine.Docker.RunningOf("g.service") is not null);
    }

    [Fact]
    public void One_whose_file_cannot_be_read_runs_on()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("Global=true", "g.service");
        var record = world.State.Units["g.service"]!.Value;
        world.Delete(world.World.Keys.File(record.Hash));

        world.World.EndLeadership();
        world.Settle();

        Assert.Equal("g: A,B", world.Places);
        Assert.All(world.World.Machines.Values, machine => Assert.NotNull(machine.Docker.RunningOf("g.service")));
    }

    [Fact]
    public void Stopped_and_unloaded_it_does_so_everywhere()
    {
        var world = new ScheduleWorld("A", "B");
        world.Launch("Global=true", "g.service");

        world.Settle(new StopUnits(["g.service"]));
        Assert.Equal("g: A,B", world.Places);
        Assert.All(world.World.Machines.Values, machine => Assert.Null(machine.Docker.RunningOf("g.service")));

        world.Settle(new StopUnits(["g.service"], Unload: true));
        Assert.Equal("g: -", world.Places);
    }

    [Fact]
    public void A_cordoned_machine_gets_none_and_one_whose_metadata_changes_keeps_it()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=a");
        world.Put(world.World.Keys.Cordon("B"), new CordonRecord());
        world.Launch("Global=true\nMachineMetadata=zone=a", "g.service");
        Assert.Equal("g: A", world.Places);

        var metadata = new MetadataRecord();
        metadata.Values["zone"] = "b";
        world.Put(world.World.Keys.Metadata("A"), metadata);
        world.Delete(world.World.Keys.Cordon("B"));
        world.Settle();

        Assert.Equal("g: A,B", world.Places);
    }

    [Fact]
    public void A_unit_that_is_MachineOf_it_is_placed_where_it_is()
    {
        var world = new ScheduleWorld("A zone=a", "B zone=b");
        world.Launch("Global=true\nMachineMetadata=zone=b", "g.service");
        world.Launch("MachineOf=g.service", "f.service");

        Assert.Equal("f: B; g: B", world.Places);
    }
}
