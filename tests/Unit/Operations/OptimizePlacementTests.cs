using CsCheck;
using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Scheduling;

namespace HaWeb.Tests.Unit.Operations;

public sealed class OptimizePlacementTests
{
    private static readonly string[] Machines = ["A", "B", "C", "D"];

    [Fact]
    public void Unrestricted_units_are_levelled_by_the_fewest_moves_that_can_do_it() =>
        Gen.Int[0, 7].Array[1, 4].Sample(
            loads =>
            {
                var cluster = Loaded(loads);

                var moves = Moves(cluster, 1000);

                var after = loads.ToArray();
                foreach (var move in moves)
                {
                    after[Array.IndexOf(Machines, move.From)]--;
                    after[Array.IndexOf(Machines, move.To)]++;
                }

                Assert.True(after.Max() - after.Min() <= 1, string.Join(' ', after));
                Assert.Equal(Fewest(loads), moves.Count);
                Assert.Equal(moves.Count, moves.Select(move => move.Unit).Distinct().Count());
                Assert.True(Moves(cluster, 2).Count <= 2);
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void Whatever_the_rules_are_every_move_is_one_that_its_machine_takes_and_none_is_in_vain() =>
        Gen.Select(Gen.Int[0, 5].Array[2, 4], Gen.OneOf("", "Conflicts=u0-*\n", "MachineMetadata=zone=a\n", "MachineID=A\n").Array[4]).Sample(
            (loads, rules) =>
            {
                var cluster = Loaded(loads, rules);
                cluster.Apply(new SetMachineMetadata(["A"], new Dictionary<string, string> { ["zone"] = "a" }, []));
                var state = cluster.State;
                var view = new PlacementView(state);

                foreach (var move in Moves(cluster, 1000))
                {
                    var unit = view.RulesOf(move.Unit)!;
                    Assert.Null(view.Planner.Refusal(unit, move.To, new SortedSet<string>()));
                    view.Leave(move.From, move.Unit);
                    view.Place(move.To, unit);
                }
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void A_violation_is_ended_although_the_machines_are_even()
    {
        var cluster = Loaded([1, 1, 0], ["MachineMetadata=zone=c\n", "", "", ""]);
        cluster.Apply(new SetMachineMetadata(["C"], new Dictionary<string, string> { ["zone"] = "c" }, []));

        var move = Assert.Single(Moves(cluster, 10));

        Assert.Equal(("u0-0.service", "A", "C", "ends a violation: needs zone=c, it has no zone"), (move.Unit, move.From, move.To, move.Reason));
    }

    [Fact]
    public void Of_two_that_conflict_one_is_moved()
    {
        var cluster = Loaded([2, 1], ["Conflicts=u0-*\n", "", "", ""]);

        Assert.Equal("u0-0.service to B", string.Join("; ", Moves(cluster, 10).Select(move => $"{move.Unit} to {move.To}")));
    }

    [Fact]
    public void Units_of_a_cordoned_machine_leave_it_and_none_goes_there()
    {
        var cluster = Loaded([2, 2, 0]);
        cluster.Apply(new CordonMachines(["A"]));

        Assert.Equal(["A to C", "A to C"], Moves(cluster, 10).Select(move => $"{move.From} to {move.To}"));
    }

    [Fact]
    public void A_group_is_moved_to_end_a_violation_and_left_alone_otherwise()
    {
        var cluster = Loaded([3, 0], ["", "", "", ""]);
        cluster.Put(TestCluster.Keys.Unit("u0-1.service"), RecordCodec.Write(cluster.Unit("u0-1.service")! with { Hash = Import(cluster, "u0-0.service") }));
        cluster.Put(TestCluster.Keys.Unit("u0-2.service"), RecordCodec.Write(cluster.Unit("u0-2.service")! with { Hash = Import(cluster, "u0-1.service") }));
        cluster.Apply(new CordonMachines(["B"]));
        Assert.Empty(Moves(cluster, 10));
        cluster.Apply(new UncordonMachines(["B"]));
        Assert.Empty(Moves(cluster, 10));

        cluster.Apply(new CordonMachines(["A"]));
        Assert.Equal("u0-0.service", Assert.Single(Moves(cluster, 10)).Unit);
    }

    [Fact]
    public void No_service_loses_its_last_healthy_backend()
    {
        var cluster = new TestCluster();
        cluster.Serve("1", "A");
        cluster.Serve("2", "B");
        cluster.Apply(new CordonMachines(["A", "B"]));
        cluster.AddMachine("C");
        cluster.AddMachine("D");

        Assert.Single(Moves(cluster, 10));

        cluster.Apply(new StopUnits(["nginx@2.service"]));
        Assert.DoesNotContain(Moves(cluster, 10), move => move.Unit == "nginx@1.service");
    }

    [Fact]
    public void The_operation_asks_for_the_moves_once()
    {
        var cluster = Loaded([4, 0]);

        var plan = cluster.Apply(new OptimizePlacement(10));

        Assert.Equal(["Move u0-0.service: from host-A to host-B: B has 0 units, A has 4 units", "Move u0-1.service: from host-A to host-B: B has 1 unit, A has 3 units"], plan.Changes.Select(change => change.ToString()));
        Assert.Equal((1, "B"), (cluster.Unit("u0-0.service")!.Move, cluster.Unit("u0-0.service")!.MoveTo));
        Assert.Empty(cluster.Plan(plan.Again).Steps);
        Assert.Empty(cluster.Plan(new OptimizePlacement(10)).Steps);
    }

    [Fact]
    public void A_move_that_has_become_impossible_is_left_out_and_no_other_takes_its_place()
    {
        var cluster = Loaded([4, 0, 4]);
        var plan = cluster.Plan(new OptimizePlacement(1));
        cluster.Apply(new CordonMachines(["B"]));

        Assert.Empty(cluster.Plan(plan.Again).Steps);
    }

    /// <summary>Machines with so many plain units each; the units of each machine may have rules.</summary>
    private static TestCluster Loaded(int[] loads, string[]? rules = null)
    {
        var cluster = new TestCluster();
        for (var machine = 0; machine < loads.Length; machine++)
        {
            cluster.AddMachine(Machines[machine]);
            for (var unit = 0; unit < loads[machine]; unit++)
            {
                var name = $"u{machine}-{unit}.service";
                cluster.Import(name, TestCluster.Plain + "[X-Fleet]\n" + rules?[machine]);
                cluster.Apply(new StartUnits([name]));
                cluster.Place(name, Machines[machine]);
                cluster.Report(name, Machines[machine]);
            }
        }

        return cluster;
    }

    /// <summary>Stores a file that is MachineOf a unit; its hash.</summary>
    private static string Import(TestCluster cluster, string anchor)
    {
        var name = "of-" + anchor;
        cluster.Import(name, $"{TestCluster.Plain}[X-Fleet]\nMachineOf={anchor}\n");
        return cluster.Unit(name)!.Hash;
    }

    /// <summary>What is above the level that each machine has at the end, the fullest ones having one more.</summary>
    private static int Fewest(int[] loads)
    {
        var (level, more) = Math.DivRem(loads.Sum(), loads.Length);
        return loads.OrderDescending().Select((load, index) => Math.Max(0, load - (level + (index < more ? 1 : 0)))).Sum();
    }

    private static IReadOnlyList<RebalanceMove> Moves(TestCluster cluster, int most)
    {
        var again = (OptimizePlacement)cluster.Plan(new OptimizePlacement(most)).Again;
        return [.. again.Found!.Select(found => found.Move)];
    }
}
