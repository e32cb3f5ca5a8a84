using System.Net;
using CsCheck;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

/// <summary>What holds for every operation on every cluster that operations can make.</summary>
public sealed class OperationPropertyTests
{
    private static readonly string[] Units = ["nginx@.service", "nginx@1.service", "nginx@2.service", "web.service", "none.service", "no name"];

    private static readonly Gen<string[]> Names = Gen.OneOf(Units).Array[1, 4];

    private static readonly Gen<string[]> Machines = Gen.OneOf("A", "B", "X").Array[1, 3];

    private static readonly Gen<IOperation> Operation = Gen.OneOf(
        Gen.Select(Gen.OneOf(Units), Gen.OneOf(TestCluster.Web, TestCluster.Plain, "[Service]\n"), (name, text) => (IOperation)new ImportUnits([new UnitSource(name, text)])),
        Gen.Select(Names, Gen.OneOf(DesiredState.Loaded, DesiredState.Launched), (names, desired) => (IOperation)new StartUnits(names, desired)),
        Gen.Select(Names, Gen.Bool, Gen.Bool, (names, unload, force) => (IOperation)new StopUnits(names, unload, force)),
        Gen.Select(Names, Gen.Bool, (names, force) => (IOperation)new RestartUnits(names, force)),
        Gen.Select(Names, Gen.Bool, (names, force) => (IOperation)new RemoveUnits(names, force)),
        Gen.Select(Names, Gen.OneOf("A", "B", null), Gen.Bool, (names, to, force) => (IOperation)new MoveUnits(names, to, force)),
        Gen.Select(Machines, Gen.Bool, Gen.Bool, (machines, drain, force) => (IOperation)new CordonMachines(machines, drain, force)),
        Gen.Select(Machines, machines => (IOperation)new UncordonMachines(machines)),
        Gen.Select(Machines, machines => (IOperation)new RemoveMachines(machines)),
        Gen.Select(Machines, Gen.OneOf("a", "b"), Gen.Bool, (machines, value, removes) => (IOperation)new SetMachineMetadata(machines, new Dictionary<string, string> { ["zone"] = value }, removes ? ["disk"] : [])),
        Gen.Const((IOperation)new ResumeCluster()),
        Gen.Const((IOperation)new CollectFiles()),
        Gen.Const((IOperation)new EnsureCluster(7)),
        Gen.Select(Gen.OneOf("a", "web", "nginx@1"), Gen.Int[1, 3], (name, weight) => (IOperation)new RegisterBackend("website", name, new Backend(IPAddress.Loopback, 80, weight))),
        Gen.Select(Gen.OneOf("a", "web", "nginx@1"), name => (IOperation)new UnregisterBackend("website", name)));

    [Fact]
    public void Applying_a_plan_twice_is_applying_it_once() =>
        Operation.Array[1, 12].Sample(
            operations =>
            {
                var cluster = NewCluster();
                foreach (var operation in operations)
                {
                    var plan = cluster.Apply(operation);
                    var revision = cluster.Store.Revision;

                    Assert.All(plan.Steps, step => cluster.Store.Commit(step.Transaction));
                    Assert.Equal(revision, cluster.Store.Revision);
                    Assert.Empty(cluster.Plan(plan.Again).Steps);
                }
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Of_two_plans_made_at_once_the_later_one_fails_or_touches_other_things() =>
        Gen.Select(Operation.Array[0, 8], Operation, Operation).Sample(
            (before, first, second) =>
            {
                var cluster = NewCluster();
                Assert.All(before, operation => cluster.Apply(operation));
                var plans = (First: cluster.Plan(first), Second: cluster.Plan(second));

                Assert.All(plans.First.Steps, step => cluster.Store.Commit(step.Transaction));
                foreach (var step in plans.Second.Steps.Where(step => !cluster.Store.Commit(step.Transaction).Succeeded))
                {
                    // Planned again it goes through: nobody is in between now.
                    cluster.Apply(plans.Second.Again);
                    break;
                }

                AssertSound(cluster.State);
            },
            iter: 500,
            threads: 1);

    /// <summary>A machine that lives, and one that does not.</summary>
    private static TestCluster NewCluster()
    {
        var cluster = new TestCluster();
        cluster.AddMachine("A", leads: true);
        cluster.AddMachine("B");
        cluster.Lose("B");
        return cluster;
    }

    private static void AssertSound(ClusterState state)
    {
        Assert.Empty(state.Malformed);
        Assert.All(state.Units.Entries, unit => Assert.True(state.Files.Contains(unit.Value.Value.Hash), $"the file of {unit.Key} is gone"));
        Assert.All(state.Units.Entries, unit => Assert.True(!unit.Key.Contains("@.", StringComparison.Ordinal) || unit.Value.Value.Desired == DesiredState.Inactive));
    }
}
