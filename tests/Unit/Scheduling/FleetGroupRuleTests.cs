using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Scheduling;

/// <summary>fleet's rules that concern more than one unit or machine at a time: Global, Replaces, and units tied by MachineOf.</summary>
public sealed class FleetGroupRuleTests
{
    [Fact]
    public void A_global_unit_runs_on_every_machine_that_its_metadata_allows_and_on_one_that_joins()
    {
        var cluster = FleetScenario.With(2, ("log.service", "Global=true\nMachineMetadata=role!=build"));
        Assert.Equal(["sim-1", "sim-2"], cluster.State.Placements.OwnersOf("log.service"));

        cluster.Join("sim-3", ("role", "build"));
        cluster.Join("sim-4", ("role", "web"));

        Assert.Equal(["sim-1", "sim-2", "sim-4"], cluster.State.Placements.OwnersOf("log.service"));
        Assert.Null(cluster.State.Placed["log.service"]);
        Assert.All(["sim-1", "sim-2", "sim-4"], machine => Assert.NotNull(cluster[machine].Docker.RunningOf("log.service")));
    }

    [Fact]
    public void A_global_unit_that_is_unloaded_or_removed_leaves_every_machine()
    {
        var cluster = FleetScenario.With(3, ("log.service", "Global=true"), ("net.service", "Global=true"));

        cluster.Do(new StopUnits(["log.service"], Unload: true));
        cluster.Do(new RemoveUnits(["net.service"]));
        cluster.Wait();

        Assert.Empty(cluster.State.Placements.OwnersOf("log.service"));
        Assert.Empty(cluster.State.Placements.OwnersOf("net.service"));
    }

    [Fact]
    public void A_machine_counts_its_global_units_too()
    {
        var cluster = FleetScenario.With(2, ("g1.service", "Global=true\nMachineMetadata=gpu notexists"));
        cluster.Join("sim-3", ("gpu", "1"));

        cluster.Start(("a.service", ""), ("b.service", ""));

        Assert.Equal(("sim-3", "sim-1"), (cluster.MachineOf("a.service"), cluster.MachineOf("b.service")));
    }

    [Fact]
    public void An_ordinary_unit_gets_the_machine_it_needs_from_a_global_one()
    {
        var cluster = FleetScenario.With(2, ("hog.service", "Global=true\nConflicts=web.service"));
        Assert.Equal(["sim-1", "sim-2"], cluster.State.Placements.OwnersOf("hog.service"));

        cluster.Start(("web.service", ""));
        var first = cluster.MachineOf("web.service");
        Assert.NotNull(first);
        Assert.DoesNotContain(first, cluster.State.Placements.OwnersOf("hog.service"));

        cluster[first].PowerLoss();
        cluster.Wait();
        Assert.Equal(first == "sim-1" ? "sim-2" : "sim-1", cluster.MachineOf("web.service"));
    }

    [Fact]
    public void Units_that_do_not_meet_replace_nothing()
    {
        var cluster = FleetScenario.With(2, ("old.service", ""));
        cluster.Join("only", ("new", "here"));
        cluster.Start(("fill1.service", ""), ("fill2.service", ""));
        var before = cluster.MachineOf("old.service")!;

        cluster.Start(("new.service", "Replaces=old.service\nMachineMetadata=new=here"));

        Assert.Equal(("only", before), (cluster.MachineOf("new.service"), cluster.MachineOf("old.service")));
    }

    [Fact]
    public void Where_the_two_meet_the_replaced_unit_goes_and_the_newcomer_stays()
    {
        var cluster = FleetScenario.With(1, ("old.service", ""));
        cluster.Join("sim-2", ("b", "2"));
        cluster.Start(("new.service", "Replaces=old.service\nMachineMetadata=b notexists"));

        Assert.Equal(("sim-1", "sim-2"), (cluster.MachineOf("new.service"), cluster.MachineOf("old.service")));
        cluster.Wait();
        Assert.Equal(("sim-1", "sim-2"), (cluster.MachineOf("new.service"), cluster.MachineOf("old.service")));
    }

    [Fact]
    public void A_newcomer_waits_when_no_machine_can_take_what_it_replaces()
    {
        var cluster = FleetScenario.With(1, ("old.service", ""));
        var container = cluster.Container("old.service")!.Id;

        cluster.Start(("new.service", "Replaces=old.*"));

        Assert.Equal(("sim-1", null), (cluster.MachineOf("old.service"), cluster.MachineOf("new.service")));
        Assert.Equal(container, cluster.Container("old.service")!.Id);
    }

    [Fact]
    public void Two_units_that_replace_each_other_replace_nothing()
    {
        var cluster = FleetScenario.With(1, ("a.service", "Replaces=b.service"), ("b.service", "Replaces=a.service"));

        Assert.Equal(("sim-1", "sim-1"), (cluster.MachineOf("a.service"), cluster.MachineOf("b.service")));
    }

    [Fact]
    public void A_pair_tied_together_moves_together()
    {
        var cluster = FleetScenario.With(4, ("app.service", "Conflicts=other@*.service"), ("side.service", "MachineOf=app.service"), ("other@1.service", ""), ("other@2.service", ""));
        var before = cluster.MachineOf("app.service")!;
        Assert.Equal(before, cluster.MachineOf("side.service"));

        cluster[before].PowerLoss();
        cluster.Wait();

        Assert.NotEqual(before, cluster.MachineOf("app.service"));
        Assert.NotNull(cluster.MachineOf("app.service"));
        Assert.Equal(cluster.MachineOf("app.service"), cluster.MachineOf("side.service"));
    }

    [Fact]
    public void An_anchor_goes_where_its_followers_can_go_too_and_is_placed_without_them_if_they_cannot()
    {
        var cluster = FleetScenario.With(1);
        cluster.Join("sim-2", ("disk", "ssd"));
        cluster.Start(("app.service", ""), ("side.service", "MachineOf=app.service\nMachineMetadata=disk=ssd"));
        Assert.Equal(("sim-2", "sim-2"), (cluster.MachineOf("app.service"), cluster.MachineOf("side.service")));

        cluster.Start(("lone.service", ""), ("never.service", "MachineOf=lone.service\nMachineMetadata=disk=tape"));
        Assert.NotNull(cluster.MachineOf("lone.service"));
        Assert.Null(cluster.MachineOf("never.service"));
    }

    [Fact]
    public void Removing_or_unloading_a_unit_unplaces_those_tied_to_it()
    {
        var cluster = FleetScenario.With(2, ("app.service", ""), ("side.service", "MachineOf=app.service"), ("app2.service", ""), ("side2.service", "MachineOf=app2.service"), ("side3.service", "MachineOf=side2.service"));
        Assert.All(["side.service", "side2.service", "side3.service"], unit => Assert.NotNull(cluster.MachineOf(unit)));

        cluster.Do(new RemoveUnits(["app.service"]));
        cluster.Do(new StopUnits(["app2.service"], Unload: true));
        cluster.Wait();

        Assert.All(["app.service", "side.service", "app2.service", "side2.service", "side3.service"], unit => Assert.Null(cluster.MachineOf(unit)));
        cluster.Start("app2.service");
        Assert.Equal(cluster.MachineOf("app2.service"), cluster.MachineOf("side3.service"));
        Assert.NotNull(cluster.MachineOf("side3.service"));
    }

    [Fact]
    public void A_stopped_unit_is_still_there_for_those_tied_to_it()
    {
        var cluster = FleetScenario.With(2, ("app.service", ""), ("side.service", "MachineOf=app.service"));

        cluster.Do(new StopUnits(["app.service"]));
        cluster.Wait();

        Assert.Equal(cluster.MachineOf("app.service"), cluster.MachineOf("side.service"));
        Assert.NotNull(cluster.Container("side.service"));
    }

    [Fact]
    public void A_global_unit_counts_as_present_for_those_tied_to_it()
    {
        var cluster = FleetScenario.With(2, ("log.service", "Global=true\nMachineMetadata=none notexists"));
        cluster.Start(("reader.service", "MachineOf=log.service"));

        Assert.NotNull(cluster.MachineOf("reader.service"));
    }
}
