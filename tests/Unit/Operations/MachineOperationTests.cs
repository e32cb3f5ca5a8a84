using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class MachineOperationTests
{
    private readonly TestCluster _cluster = new();

    private CordonRecord? Cordon => _cluster.State.Cordons["A"]?.Value;

    [Fact]
    public void A_suspended_machine_is_cordoned_and_a_resumed_one_is_not()
    {
        _cluster.AddMachine("A");

        var change = Assert.Single(_cluster.Apply(new CordonMachines(["A"], Reason: "new disks")).Changes);
        Assert.Equal((OperationAction.Suspend, "A"), (change.Action, change.Target));
        Assert.Equal((false, "new disks", TestCluster.Now), (Cordon!.Drain, Cordon.Reason, Cordon.Since));
        Assert.Empty(_cluster.Plan(new CordonMachines(["A"])).Steps);

        Assert.Single(_cluster.Apply(new UncordonMachines(["A"])).Changes);
        Assert.Null(Cordon);
        Assert.Empty(_cluster.Plan(new UncordonMachines(["A"])).Steps);
    }

    [Fact]
    public void A_drain_adds_to_a_cordon_and_a_cordon_does_not_end_a_drain()
    {
        _cluster.AddMachine("A");
        _cluster.Apply(new CordonMachines(["A"], Reason: "new disks"));

        _cluster.Apply(new CordonMachines(["A"], Drain: true));
        _cluster.Apply(new CordonMachines(["A"]));

        Assert.Equal((true, false, "new disks"), (Cordon!.Drain, Cordon.Force, Cordon.Reason));
    }

    [Fact]
    public void A_drain_that_has_to_take_the_last_healthy_backend_is_refused_without_force()
    {
        _cluster.Serve("1", "A");

        var refusal = Assert.Single(_cluster.Plan(new CordonMachines(["A"], Drain: true)).Refusals);
        Assert.Equal(("LastHealthyBackend", RefusalKind.Unsafe, "A"), (refusal.Id, refusal.Kind, refusal.Target));
        Assert.Contains("nginx@1.service", refusal.Message);
        Assert.Empty(_cluster.Plan(new CordonMachines(["A"])).Refusals);

        _cluster.Apply(new CordonMachines(["A"], Drain: true, Force: true));
        Assert.True(Cordon!.Force);
    }

    [Fact]
    public void A_drain_moves_one_at_a_time_so_two_backends_on_one_machine_are_enough()
    {
        _cluster.Serve("1", "A");
        _cluster.Serve("2", "A");

        Assert.Empty(_cluster.Apply(new CordonMachines(["A"], Drain: true)).Refusals);
    }

    [Fact]
    public void A_global_unit_does_not_keep_a_machine_from_being_drained()
    {
        _cluster.AddMachine("A");
        _cluster.Import("edge.service", TestCluster.Web.Replace("nginx-%i", "edge", StringComparison.Ordinal) + "[X-Fleet]\nGlobal=true\n");
        _cluster.Put(TestCluster.Keys.Unit("edge.service"), RecordCodec.Write(_cluster.Unit("edge.service")! with { Desired = DesiredState.Launched }));
        _cluster.Place("edge.service", "A");
        _cluster.Report("edge.service", "A");
        _cluster.Advertise("website", "edge/A", "A");

        Assert.Empty(_cluster.Apply(new CordonMachines(["A"], Drain: true)).Refusals);
    }

    [Fact]
    public void A_cordon_that_cannot_be_read_is_left_alone_until_it_is_resumed()
    {
        _cluster.AddMachine("A");
        _cluster.Put(TestCluster.Keys.Cordon("A"), "nonsense");

        Assert.Equal("StoredValueMalformed", Assert.Single(_cluster.Plan(new CordonMachines(["A"])).Refusals).Id);
        Assert.Single(_cluster.Apply(new UncordonMachines(["A"])).Changes);
        Assert.Empty(_cluster.State.Malformed);
    }

    [Fact]
    public void A_machine_that_is_not_there_is_refused_by_every_operation()
    {
        Assert.Equal("MachineNotFound", Assert.Single(_cluster.Plan(new CordonMachines(["A"])).Refusals).Id);
        Assert.Equal("MachineNotFound", Assert.Single(_cluster.Plan(new UncordonMachines(["A"])).Refusals).Id);
        Assert.Equal("MachineNotFound", Assert.Single(_cluster.Plan(new RemoveMachines(["A"])).Refusals).Id);
        Assert.Equal("MachineNotFound", Assert.Single(_cluster.Plan(Set([("zone", "a")])).Refusals).Id);
    }

    [Fact]
    public void A_live_machine_is_not_removed()
    {
        _cluster.AddMachine("A");

        var refusal = Assert.Single(_cluster.Plan(new RemoveMachines(["A"])).Refusals);

        Assert.Equal(("MachineAlive", RefusalKind.Conflict), (refusal.Id, refusal.Kind));
    }

    [Fact]
    public void A_lost_machine_goes_with_all_that_was_said_of_it_and_a_warning_says_what_follows()
    {
        _cluster.Serve("1", "A");
        _cluster.Apply(new CordonMachines(["A"]));
        _cluster.Apply(Set([("zone", "a")]));
        _cluster.Lose("A");

        var plan = _cluster.Apply(new RemoveMachines(["A"]));

        Assert.Equal((OperationAction.Remove, "A"), (Assert.Single(plan.Changes).Action, Assert.Single(plan.Warnings).Target));
        Assert.DoesNotContain(_cluster.Store.List(TestCluster.Keys.Machines).Entries, entry => entry.Key.StartsWith(TestCluster.Keys.Machine("A"), StringComparison.Ordinal));
        Assert.Empty(_cluster.Plan(plan.Again).Refusals);
    }

    [Fact]
    public void A_machine_that_comes_back_meanwhile_is_not_removed()
    {
        _cluster.AddMachine("A");
        _cluster.Lose("A");
        var plan = _cluster.Plan(new RemoveMachines(["A"]));
        _cluster.AddMachine("A");

        Assert.False(_cluster.Store.Commit(plan.Steps[0].Transaction).Succeeded);
        Assert.Equal("MachineAlive", Assert.Single(_cluster.Plan(plan.Again).Refusals).Id);
    }

    [Fact]
    public void Metadata_is_merged_key_by_key()
    {
        _cluster.AddMachine("A");
        _cluster.Apply(Set([("zone", "a"), ("disk", "ssd")]));

        var change = Assert.Single(_cluster.Apply(Set([("zone", "b")], "disk")).Changes);

        Assert.Equal("zone=b, was a; no disk, was ssd", change.Reason);
        Assert.Equal(["zone=b"], _cluster.State.Metadata["A"]!.Value.Values.Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Empty(_cluster.Plan(Set([("zone", "b")], "disk")).Steps);
    }

    [Fact]
    public void Two_operators_do_not_lose_each_others_keys()
    {
        _cluster.AddMachine("A");
        var first = _cluster.Plan(Set([("zone", "a")]));
        var second = _cluster.Plan(Set([("disk", "ssd")]));

        Assert.True(_cluster.Store.Commit(first.Steps[0].Transaction).Succeeded);
        Assert.False(_cluster.Store.Commit(second.Steps[0].Transaction).Succeeded);
        _cluster.Apply(second.Again);

        Assert.Equal(["disk=ssd", "zone=a"], _cluster.State.Metadata["A"]!.Value.Values.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public void The_last_key_goes_with_the_record()
    {
        _cluster.AddMachine("A");
        _cluster.Apply(Set([("zone", "a")]));

        _cluster.Apply(Set([], "zone"));

        Assert.Null(_cluster.Store.Get(TestCluster.Keys.Metadata("A")));
    }

    [Fact]
    public void What_the_agent_says_can_be_overridden_and_not_removed()
    {
        _cluster.AddMachine("A");
        var record = _cluster.State.Machines["A"]!.Value;
        _cluster.Put(TestCluster.Keys.Machine("A"), RecordCodec.Write(record with { Metadata = new(StringComparer.Ordinal) { ["zone"] = "a" } }));

        Assert.Equal("zone=b, was a", Assert.Single(_cluster.Apply(Set([("zone", "b")])).Changes).Reason);
        Assert.Equal("no zone, was b; its agent says a", Assert.Single(_cluster.Apply(Set([], "zone")).Changes).Reason);
        var plan = _cluster.Plan(Set([], "zone"));
        Assert.Empty(plan.Steps);
        Assert.Contains("Start-HaAgent", Assert.Single(plan.Warnings).Message);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("zo ne", "a")]
    [InlineData("zone!", "a")]
    [InlineData("a=b", "a")]
    [InlineData("zone", "")]
    [InlineData("zone", "a\nb")]
    [InlineData("gone", "a")]
    public void Metadata_that_no_unit_could_ask_for_is_refused(string key, string value)
    {
        _cluster.AddMachine("A");

        var plan = _cluster.Plan(Set([(key, value)], "gone"));

        Assert.Equal("MetadataInvalid", Assert.Single(plan.Refusals).Id);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void A_hold_is_ended_by_the_machines_that_it_is_about()
    {
        _cluster.AddMachine("A", leads: true);
        Assert.Equal("NothingHeld", Assert.Single(_cluster.Plan(new ResumeCluster()).Refusals).Id);
        Hold("B", "C");

        var plan = _cluster.Apply(new ResumeCluster());

        Assert.Contains("B, C", Assert.Single(plan.Changes).Reason);
        Assert.Equal(["B", "C"], _cluster.State.Resume!.Value.Machines);
        Assert.Empty(_cluster.Plan(new ResumeCluster()).Steps);
    }

    [Fact]
    public void A_hold_that_has_changed_is_looked_at_again_and_one_that_has_ended_is_well()
    {
        _cluster.AddMachine("A", leads: true);
        Hold("B", "C");
        var plan = _cluster.Plan(new ResumeCluster());

        Hold("B", "C", "D");
        Assert.False(_cluster.Store.Commit(plan.Steps[0].Transaction).Succeeded);
        Assert.Contains("D", Assert.Single(_cluster.Plan(plan.Again).Changes).Reason);

        Hold();
        Assert.Empty(_cluster.Plan(plan.Again).Refusals);
    }

    private static SetMachineMetadata Set((string Key, string Value)[] values, params string[] removed) =>
        new(["A"], values.ToDictionary(pair => pair.Key, pair => pair.Value), removed);

    private void Hold(params string[] machines)
    {
        var engine = _cluster.State.Engine!;
        _cluster.Put(
            TestCluster.Keys.Engine,
            RecordCodec.Write(engine.Value with { Holding = machines.Length == 0 ? null : "too many are gone", HoldingMachines = [.. machines] }),
            engine.Lease);
    }
}
