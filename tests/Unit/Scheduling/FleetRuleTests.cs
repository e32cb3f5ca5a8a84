using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Storage;
using HaWeb.Tests.Unit.Simulation;

namespace HaWeb.Tests.Unit.Scheduling;

/// <summary>fleet's rules of placement, as an operator sees them on a cluster that runs.</summary>
public sealed class FleetRuleTests
{
    [Fact]
    public void The_machine_with_the_fewest_placed_units_is_next_whether_they_run_or_not()
    {
        var cluster = FleetScenario.With(machines: 3, [.. Enumerable.Range(1, 7).Select(i => ($"u{i}.service", ""))]);
        Assert.Equal([3, 2, 2], cluster.State.Machines.Names.Select(machine => cluster.State.Placements[machine].Count));

        // A stopped unit keeps its place and counts; an unloaded one does not.
        cluster.Do(new StopUnits(["u2.service"]));
        cluster.Do(new StopUnits(["u3.service"], Unload: true));
        cluster.Wait();
        cluster.Start(("v.service", ""));

        Assert.Equal("sim-2", cluster.MachineOf("u2.service"));
        Assert.Null(cluster.MachineOf("u3.service"));
        Assert.Equal("sim-3", cluster.MachineOf("v.service"));
    }

    [Fact]
    public void Units_that_exclude_each_other_share_no_machine_and_the_rest_wait()
    {
        var cluster = Web(machines: 3, [.. Enumerable.Range(1, 5).Select(i => $"web@{i}.service")]);

        Assert.Equal(["sim-1", "sim-2", "sim-3", null, null], Enumerable.Range(1, 5).Select(i => cluster.MachineOf($"web@{i}.service")));
    }

    [Fact]
    public void Waiting_units_are_taken_by_name_with_numbers_as_numbers()
    {
        var cluster = Web(machines: 1, "web@10.service", "web@9.service", "web@2.service");
        string[] order = ["web@2.service", "web@9.service", "web@10.service"];

        foreach (var unit in order)
        {
            Assert.Equal("sim-1", cluster.MachineOf(unit));
            Assert.All(order.Where(other => other != unit), other => Assert.Null(cluster.MachineOf(other)));
            cluster.Do(new StopUnits([unit], Unload: true));
            cluster.Wait();
        }
    }

    [Fact]
    public void Of_a_lost_machine_only_its_own_unit_moves_and_nothing_goes_back()
    {
        var cluster = Web(machines: 4, "web@1.service", "web@2.service", "web@3.service");

        cluster["sim-2"].PowerLoss();
        cluster.Settle(() => cluster.MachineOf("web@2.service") == "sim-4");
        cluster["sim-2"].PowerOn();
        cluster.Wait();

        Assert.Equal(["sim-1", "sim-4", "sim-3"], Enumerable.Range(1, 3).Select(i => cluster.MachineOf($"web@{i}.service")));
    }

    [Fact]
    public void Nothing_is_moved_to_a_machine_that_joins()
    {
        var cluster = FleetScenario.With(machines: 1, ("a.service", ""), ("b.service", ""));

        cluster.Join("sim-2");

        Assert.Equal(("sim-1", "sim-1"), (cluster.MachineOf("a.service"), cluster.MachineOf("b.service")));
    }

    [Fact]
    public void Stop_keeps_the_place_where_the_unit_starts_again_and_unload_drops_it()
    {
        var cluster = FleetScenario.With(machines: 2, ("a.service", ""), ("b.service", ""));

        cluster.Do(new StopUnits(["b.service"]));
        cluster.Wait();
        Assert.Equal(PlacementState.Stop, cluster.State.Placements["sim-2", "b.service"]!.Value.State);
        Assert.Null(cluster.Container("b.service"));

        // With a gone the other machine is emptier, and b stays where it was.
        cluster.Do(new StopUnits(["a.service"], Unload: true));
        cluster.Start("b.service");
        Assert.Equal(("sim-2", null), (cluster.MachineOf("b.service"), cluster.MachineOf("a.service")));
        Assert.NotNull(cluster.Container("b.service"));

        cluster.Do(new StopUnits(["b.service"], Unload: true));
        cluster.Wait();
        Assert.Null(cluster.MachineOf("b.service"));
        Assert.Null(cluster.State.Placed["b.service"]);
    }

    [Fact]
    public void A_unit_tied_to_another_waits_until_that_is_placed_and_then_follows()
    {
        var cluster = FleetScenario.With(machines: 3, ("busy.service", ""), ("side.service", "MachineOf=app.service"));
        Assert.Null(cluster.MachineOf("side.service"));

        cluster.Import(("app.service", ""));
        cluster.Wait();
        Assert.Null(cluster.MachineOf("side.service"));

        cluster.Start("app.service");
        Assert.Equal(("sim-2", "sim-2"), (cluster.MachineOf("app.service"), cluster.MachineOf("side.service")));
    }

    [Fact]
    public void A_desired_state_that_does_not_exist_loses_no_unit()
    {
        var cluster = FleetScenario.With(machines: 2, ("a.service", ""), ("b.service", ""));
        var record = RecordCodec.Write(cluster.State.Units["a.service"]!.Value);

        cluster.World.Commit(new StoreTransaction([], [new StoreWrite.Put(cluster.World.Keys.Unit("a.service"), record.Replace("launched", "flying", StringComparison.Ordinal))]));
        cluster.Do(new StopUnits(["b.service"]));
        cluster.Wait();

        Assert.Contains(cluster.World.Keys.Unit("a.service"), cluster.State.Malformed.Keys);
        Assert.Equal("sim-1", cluster.MachineOf("a.service"));
        Assert.NotNull(cluster.Container("a.service"));
        Assert.Null(cluster.Container("b.service"));
    }

    /// <summary>A cluster with instances that exclude each other.</summary>
    private static Rehearsal Web(int machines, params string[] instances)
    {
        var cluster = FleetScenario.With(machines);
        cluster.Import(("web@.service", "Conflicts=web@*.service"));
        cluster.Start(instances);
        return cluster;
    }
}
