using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Scheduling;

public sealed class PlannerTests
{
    private static readonly SortedSet<string> Nowhere = [];

    private readonly Planner _planner = new();

    [Fact]
    public void Seven_plain_units_on_three_machines_are_spread_three_two_two()
    {
        Machines("A", "B", "C");

        var placed = Enumerable.Range(1, 7).Select(i => Place(new PlacementRules($"u{i}.service"))).ToList();

        Assert.Equal(["A", "B", "C", "A", "B", "C", "A"], placed);
    }

    [Fact]
    public void Of_five_units_that_conflict_with_each_other_three_machines_take_three()
    {
        Machines("A", "B", "C");

        var placed = Enumerable.Range(1, 5).Select(i => Place(Conflicting($"web@{i}.service", "web@*.service"))).ToList();

        Assert.Equal(["A", "B", "C", null, null], placed);
    }

    [Fact]
    public void Either_side_may_declare_a_conflict()
    {
        Machines("A");
        Place(Conflicting("lb.service", "web@*.service"));

        Assert.Null(Place(new PlacementRules("web@1.service")));
        Assert.Equal(PlacementRule.Conflict, RefusalOf(new PlacementRules("web@1.service"), "A")!.Rule);
        Assert.Contains("lb.service", RefusalOf(new PlacementRules("web@1.service"), "A")!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_does_not_conflict_with_itself()
    {
        Machines("A");

        Assert.Equal("A", Place(Conflicting("web@1.service", "web@*.service")));
    }

    [Theory]
    [InlineData("0123456789abcdef", true)]
    [InlineData("01234567", true)]
    [InlineData("012345", false)]
    [InlineData("fedcba98", false)]
    public void MachineID_is_the_full_id_or_its_first_eight_characters(string asked, bool takes)
    {
        Machines("0123456789abcdef");

        Assert.Equal(takes, RefusalOf(new PlacementRules("a.service") { MachineId = asked }, "0123456789abcdef") is null);
    }

    [Fact]
    public void A_machine_must_meet_every_condition_on_its_metadata_and_says_which_it_does_not()
    {
        var rules = new PlacementRules("a.service")
        {
            Metadata = [new MetadataRequirement.AnyOf("zone", ["a", "b"]), new MetadataRequirement.AnyOf("disk", ["ssd"]), new MetadataRequirement.NotExists("gpu")],
        };
        _planner.SetMachine(Machine("A", ("zone", "b"), ("disk", "ssd")));
        _planner.SetMachine(Machine("B", ("zone", "c"), ("disk", "ssd")));
        _planner.SetMachine(Machine("C", ("zone", "a")));
        _planner.SetMachine(Machine("D", ("zone", "a"), ("disk", "ssd"), ("gpu", "2")));

        Assert.Equal(
            [null, "needs zone in (a,b), it has zone=c", "needs disk=ssd, it has no disk", "needs gpu notexists, it has gpu=2"],
            _planner.Explain(rules, Nowhere).Select(answer => answer.Refusal?.Reason));
        Assert.All(_planner.Explain(rules, Nowhere).Skip(1), answer => Assert.Equal(PlacementRule.Metadata, answer.Refusal!.Rule));
    }

    [Fact]
    public void MachineOf_follows_its_peer_and_waits_for_one_that_is_not_placed_or_leaves()
    {
        Machines("A", "B");
        var follower = new PlacementRules("sidekick.service") { MachineOf = ["app.service"] };
        Assert.Null(Place(follower));

        _planner.Place("B", new PlacementRules("app.service"));
        Assert.Equal("B", _planner.Choose(follower, Nowhere));

        _planner.Place("B", new PlacementRules("app.service"), leaving: true);
        Assert.Null(_planner.Choose(follower, Nowhere));
    }

    [Fact]
    public void A_published_port_is_taken_once_a_machine()
    {
        Machines("A");
        Place(new PlacementRules("a.service") { Ports = [new HostPort(null, 80, "tcp")] });

        Assert.Equal(PlacementRule.Port, RefusalOf(new PlacementRules("b.service") { Ports = [new HostPort("10.0.0.1", 80, "tcp")] }, "A")!.Rule);
        Assert.Null(RefusalOf(new PlacementRules("b.service") { Ports = [new HostPort(null, 80, "udp")] }, "A"));
        Assert.Null(RefusalOf(new PlacementRules("b.service") { Ports = [new HostPort(null, 81, "tcp")] }, "A"));
    }

    [Fact]
    public void Ports_bound_to_different_addresses_do_not_collide()
    {
        Machines("A");
        Place(new PlacementRules("a.service") { Ports = [new HostPort("10.0.0.1", 80, "tcp")] });

        Assert.Null(RefusalOf(new PlacementRules("b.service") { Ports = [new HostPort("10.0.0.2", 80, "tcp")] }, "A"));
    }

    [Fact]
    public void A_machine_that_is_dead_cordoned_full_or_without_Docker_takes_nothing()
    {
        _planner.SetMachine(Machine("alive-not") with { Alive = false });
        _planner.SetMachine(Machine("cordoned") with { Cordoned = true });
        _planner.SetMachine(Machine("docker-not") with { DockerAnswers = false });
        _planner.SetMachine(Machine("full") with { MaxUnits = 0 });

        var rules = new PlacementRules("a.service");
        Assert.Null(_planner.Choose(rules, Nowhere));
        Assert.Equal(
            [PlacementRule.Alive, PlacementRule.Cordon, PlacementRule.Docker, PlacementRule.Capacity],
            _planner.Explain(rules, Nowhere).Select(answer => answer.Refusal!.Rule));
    }

    [Fact]
    public void A_leaving_unit_still_counts_for_conflicts_ports_and_capacity()
    {
        _planner.SetMachine(Machine("A") with { MaxUnits = 1 });
        _planner.Place("A", Conflicting("web@1.service", "web@*.service"), leaving: true);

        Assert.Equal(PlacementRule.Conflict, RefusalOf(new PlacementRules("web@2.service"), "A")!.Rule);
        Assert.Equal(PlacementRule.Capacity, RefusalOf(new PlacementRules("other.service"), "A")!.Rule);
    }

    [Fact]
    public void A_machine_to_avoid_is_avoided()
    {
        Machines("A", "B");

        Assert.Equal("B", _planner.Choose(new PlacementRules("a.service"), new SortedSet<string> { "A" }));
    }

    private static PlacementRules Conflicting(string unit, string glob)
    {
        Assert.True(PathGlob.TryParse(glob, out var parsed, out _));
        return new PlacementRules(unit) { Conflicts = [parsed] };
    }

    private static PlanMachine Machine(string id, params (string Key, string Value)[] metadata) =>
        new(id) { Alive = true, Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value) };

    private void Machines(params string[] ids)
    {
        foreach (var id in ids)
        {
            _planner.SetMachine(Machine(id));
        }
    }

    private string? Place(PlacementRules rules)
    {
        var machine = _planner.Choose(rules, Nowhere);
        if (machine is not null)
        {
            _planner.Place(machine, rules);
        }

        return machine;
    }

    private PlacementRefusal? RefusalOf(PlacementRules rules, string machine) =>
        _planner.Explain(rules, Nowhere).Single(answer => answer.Machine == machine).Refusal;
}
