using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Tests.Unit.Operations;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class ViolationsTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_unit_that_was_placed_by_its_rules_breaks_none()
    {
        Place("web.service", "[X-Fleet]\nMachineMetadata=zone=a\n", ("zone", "a"));

        Assert.Equal("", Violates("web.service"));
    }

    [Fact]
    public void Later_changes_of_metadata_and_cordon_are_both_named()
    {
        Place("web.service", "[X-Fleet]\nMachineID=A\nMachineMetadata=zone=a\n", ("zone", "a"));
        _cluster.Apply(new SetMachineMetadata(["A"], new Dictionary<string, string> { ["zone"] = "b" }, []));
        _cluster.Apply(new CordonMachines(["A"]));

        Assert.Equal("it is cordoned; needs zone=a, it has zone=b", Violates("web.service"));
    }

    [Fact]
    public void A_conflict_that_came_later_is_named_on_both_sides()
    {
        Place("web.service", "[X-Fleet]\nConflicts=db*\n");
        Place("db.service", "");

        Assert.Equal("conflicts with db.service", Violates("web.service"));
        Assert.Equal("web.service conflicts with it", Violates("db.service"));
    }

    [Fact]
    public void An_anchor_that_is_elsewhere_is_named()
    {
        Place("web.service", "[X-Fleet]\nMachineOf=db.service\n");

        Assert.Equal("MachineOf=db.service is not placed there", Violates("web.service"));
    }

    [Fact]
    public void A_limit_that_was_lowered_is_named()
    {
        Place("web.service", "");
        Place("db.service", "");
        _cluster.Put(TestCluster.Keys.Machine("A"), RecordCodec.Write(_cluster.State.Machines["A"]!.Value with { MaxUnits = 1 }));

        Assert.Equal("it has 1 of at most 1 units", Violates("web.service"));
    }

    [Fact]
    public void A_machine_whose_docker_is_away_breaks_no_rule_and_a_leaving_unit_none_either()
    {
        Place("web.service", "");
        _cluster.Put(TestCluster.Keys.Machine("A"), RecordCodec.Write(_cluster.State.Machines["A"]!.Value with { DockerDownSince = TestCluster.Now }));
        Assert.Equal("", Violates("web.service"));

        _cluster.Apply(new CordonMachines(["A"]));
        _cluster.Place("web.service", "A", leave: true);
        Assert.Equal("", Violates("web.service"));
    }

    private void Place(string unit, string rules, params (string Key, string Value)[] metadata)
    {
        if (_cluster.State.Sessions["A"] is null)
        {
            _cluster.AddMachine("A");
            _cluster.Apply(new SetMachineMetadata(["A"], metadata.ToDictionary(pair => pair.Key, pair => pair.Value), []));
        }

        _cluster.Import(unit, TestCluster.Plain + rules);
        _cluster.Apply(new StartUnits([unit]));
        _cluster.Place(unit, "A");
        _cluster.Report(unit, "A");
    }

    private string Violates(string unit) => Assert.Single(new UnitViews(_cluster.State, TestCluster.Now).Of(unit)).Violates;
}
