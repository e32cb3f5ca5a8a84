using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class LastHealthyBackendTests
{
    private readonly TestCluster _cluster = new();

    public static TheoryData<string> Verbs => ["stop", "unload", "restart", "remove"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_last_one_is_not_taken_without_force(string verb)
    {
        _cluster.Serve("1", "A");

        var refusal = Assert.Single(_cluster.Plan(Take(verb, false, "1")).Refusals);

        Assert.Equal(("LastHealthyBackend", RefusalKind.Unsafe, "nginx@1.service"), (refusal.Id, refusal.Kind, refusal.Target));
        Assert.Contains("website", refusal.Message);
        Assert.Single(_cluster.Apply(Take(verb, true, "1")).Changes);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void One_of_two_is_taken_and_both_are_not(string verb)
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");

        Assert.Equal(2, _cluster.Plan(Take(verb, false, "1", "2")).Refusals.Count);
        Assert.Empty(_cluster.Apply(Take(verb, false, "1")).Refusals);
        Assert.Single(_cluster.Plan(Take(verb, false, "2")).Refusals);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Two_operators_cannot_each_take_one_of_the_last_two(string verb)
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
        var first = _cluster.Plan(Take(verb, false, "1"));
        var second = _cluster.Plan(Take(verb, false, "2"));

        Assert.True(_cluster.Store.Commit(first.Steps[0].Transaction).Succeeded);
        Assert.False(_cluster.Store.Commit(second.Steps[0].Transaction).Succeeded);
        Assert.Equal("LastHealthyBackend", Assert.Single(_cluster.Plan(second.Again).Refusals).Id);
    }

    [Fact]
    public void An_unhealthy_one_may_go_although_it_is_the_only_one()
    {
        _cluster.Serve("1", "A");
        _cluster.Delete(TestCluster.Keys.Backend("website", "nginx@1"));

        Assert.Empty(_cluster.Plan(new StopUnits(["nginx@1.service"])).Refusals);
    }

    [Fact]
    public void One_that_is_leaving_does_not_count()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
        _cluster.Place("nginx@2.service", "B", leave: true);

        Assert.Single(_cluster.Plan(new StopUnits(["nginx@1.service"])).Refusals);
    }

    [Fact]
    public void One_that_is_to_be_moved_or_is_about_to_leave_does_not_count()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
        var (key, placed) = (TestCluster.Keys.Placed("nginx@2.service"), new PlacedRecord { Machine = "B" });

        _cluster.Put(key, RecordCodec.Write(placed with { Leaving = "an operator moves it" }));
        Assert.Single(_cluster.Plan(new StopUnits(["nginx@1.service"])).Refusals);

        _cluster.Put(key, RecordCodec.Write(placed));
        Assert.Empty(_cluster.Plan(new StopUnits(["nginx@1.service"])).Refusals);

        _cluster.Put(TestCluster.Keys.Unit("nginx@2.service"), RecordCodec.Write(_cluster.Unit("nginx@2.service")! with { Move = 1, MoveTo = "A" }));
        Assert.Single(_cluster.Plan(new StopUnits(["nginx@1.service"])).Refusals);
    }

    [Fact]
    public void One_that_still_has_to_restart_does_not_count_until_its_machine_says_so()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "B");
        _cluster.Apply(new RestartUnits(["nginx@2.service"]));
        Assert.Single(_cluster.Plan(new RestartUnits(["nginx@1.service"])).Refusals);

        _cluster.Place("nginx@2.service", "B");
        Assert.Single(_cluster.Plan(new RestartUnits(["nginx@1.service"])).Refusals);

        _cluster.Report("nginx@2.service", "B");
        Assert.Empty(_cluster.Plan(new RestartUnits(["nginx@1.service"])).Refusals);
    }

    [Fact]
    public void One_registered_by_hand_counts()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new RegisterBackend("website", "static", new Backend(IPAddress.Parse("10.9.9.9"), 80)));

        var plan = _cluster.Plan(new StopUnits(["nginx@1.service"]));
        Assert.Empty(plan.Refusals);

        _cluster.Apply(new UnregisterBackend("website", "static"));
        Assert.False(_cluster.Store.Commit(plan.Steps[0].Transaction).Succeeded);
    }

    [Fact]
    public void A_global_unit_is_judged_with_all_its_backends()
    {
        _cluster.Import("edge.service", TestCluster.Web.Replace("nginx-%i", "edge", StringComparison.Ordinal) + "[X-Fleet]\nGlobal=true\n");
        _cluster.Put(TestCluster.Keys.Unit("edge.service"), RecordCodec.Write(_cluster.Unit("edge.service")! with { Desired = DesiredState.Launched }));
        foreach (var machine in (string[])["A", "B"])
        {
            _cluster.AddMachine(machine);
            _cluster.Place("edge.service", machine);
            _cluster.Report("edge.service", machine);
            _cluster.Advertise("website", $"edge/{machine}", machine);
        }

        Assert.Single(_cluster.Plan(new StopUnits(["edge.service"])).Refusals);
    }

    [Fact]
    public void Stopping_many_units_of_many_services_stays_within_what_a_transaction_takes()
    {
        for (var service = 0; service < 70; service++)
        {
            _cluster.Import($"s{service}@.service", TestCluster.Web.Replace("website", $"service{service}", StringComparison.Ordinal));
            foreach (var (instance, machine) in (ValueTuple<string, string>[])[("1", "A"), ("2", "B")])
            {
                if (service == 0)
                {
                    _cluster.AddMachine(machine);
                }

                var unit = $"s{service}@{instance}.service";
                _cluster.Apply(new StartUnits([unit]));
                _cluster.Place(unit, machine);
                _cluster.Report(unit, machine);
                _cluster.Advertise($"service{service}", $"s{service}@{instance}", machine);
            }
        }

        var plan = _cluster.Apply(new StopUnits([.. Enumerable.Range(0, 70).Select(service => $"s{service}@1.service")]));

        Assert.Equal(70, plan.Changes.Count());
        Assert.Equal(70, _cluster.State.Units.Entries.Count(unit => unit.Value.Value.Desired == DesiredState.Loaded));
    }

    private static IOperation Take(string verb, bool force, params string[] instances)
    {
        var names = instances.Select(instance => $"nginx@{instance}.service").ToList();
        return verb switch
        {
            "stop" => new StopUnits(names, Force: force),
            "unload" => new StopUnits(names, Unload: true, Force: force),
            "restart" => new RestartUnits(names, force),
            _ => new RemoveUnits(names, force),
        };
    }
}
