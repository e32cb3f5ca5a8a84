using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class ImportUnitsTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_new_unit_is_stored_with_its_file_and_inactive()
    {
        var plan = _cluster.Apply(new ImportUnits([new UnitSource("web.service", TestCluster.Plain, "units/web.service")]));

        var change = Assert.Single(plan.Changes);
        Assert.Equal((OperationAction.Import, "web.service"), (change.Action, change.Target));
        Assert.Contains("units/web.service", change.Reason);
        var unit = _cluster.Unit("web.service")!;
        Assert.Equal(DesiredState.Inactive, unit.Desired);
        Assert.Equal(TestCluster.Plain, _cluster.State.Files[unit.Hash]!.Value);
    }

    [Fact]
    public void The_same_content_again_changes_nothing()
    {
        _cluster.Import("web.service", TestCluster.Plain);

        var plan = _cluster.Plan(new ImportUnits([new UnitSource("./web", "# a comment is no content\n" + TestCluster.Plain)]));

        Assert.Empty(plan.Steps);
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void Other_content_is_refused_and_the_rest_is_stored()
    {
        _cluster.Import("web.service", TestCluster.Plain);

        var plan = _cluster.Apply(new ImportUnits([new UnitSource("web.service", TestCluster.Web), new UnitSource("db.service", TestCluster.Plain)]));

        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(("UnitExists", RefusalKind.Exists, "web.service"), (refusal.Id, refusal.Kind, refusal.Target));
        Assert.Contains("Update-HaUnit", refusal.Message);
        Assert.NotNull(_cluster.Unit("db.service"));
    }

    [Fact]
    public void Units_with_the_same_content_share_a_file()
    {
        var sources = Enumerable.Range(1, 150).Select(n => new UnitSource($"web-{n}.service", TestCluster.Web)).ToList();

        var plan = _cluster.Apply(new ImportUnits(sources));

        Assert.Equal(3, plan.Steps.Count);
        Assert.Equal(150, _cluster.State.Units.Count);
        Assert.Equal(1, _cluster.State.Files.Count);
    }

    [Fact]
    public void Large_files_go_into_several_transactions()
    {
        var sources = Enumerable.Range(1, 4)
            .Select(n => new UnitSource($"web-{n}.service", TestCluster.Plain + $"Environment=X={new string((char)('a' + n), 700_000)}\n"))
            .ToList();

        var plan = _cluster.Apply(new ImportUnits(sources));

        Assert.Empty(plan.Refusals);
        Assert.Equal(2, plan.Steps.Count);
        Assert.Equal(4, _cluster.State.Files.Count);
    }

    [Fact]
    public void A_wrong_file_is_refused_with_all_its_errors_and_where_they_are()
    {
        var text = "[Service]\nExecStart=/usr/bin/docker run --rm nginx\nRestart=sometimes\n[X-Fleet]\nMachineMetadta=a=b\n";

        var refusal = Assert.Single(_cluster.Plan(new ImportUnits([new UnitSource("web.service", text, "u/web.service")])).Refusals);

        Assert.Equal(("UnitFileInvalid", RefusalKind.Invalid), (refusal.Id, refusal.Kind));
        Assert.Contains("u/web.service:3:", refusal.Message);
        Assert.Contains("u/web.service:5:", refusal.Message);
    }

    [Theory]
    [InlineData("we b.service")]
    [InlineData("@1.service")]
    [InlineData("")]
    public void A_wrong_name_is_refused(string name) =>
        Assert.Equal("UnitNameInvalid", Assert.Single(_cluster.Plan(new ImportUnits([new UnitSource(name, TestCluster.Plain)])).Refusals).Id);

    [Fact]
    public void One_name_with_two_contents_is_refused()
    {
        var plan = _cluster.Apply(new ImportUnits([new UnitSource("a", TestCluster.Plain), new UnitSource("a", TestCluster.Web), new UnitSource("a", TestCluster.Plain)]));

        Assert.Equal("UnitGivenTwice", Assert.Single(plan.Refusals).Id);
        Assert.Single(plan.Changes);
    }

    [Fact]
    public void A_circle_of_MachineOf_through_a_stored_unit_is_refused_and_named()
    {
        _cluster.Import("a.service", Beside("b.service"));
        _cluster.Import("b.service", Beside("c.service"));

        var plan = _cluster.Plan(new ImportUnits([new UnitSource("c.service", Beside("a.service")), new UnitSource("d.service", Beside("b.service"))]));

        Assert.All(plan.Refusals, refusal => Assert.Equal("MachineOfCycle", refusal.Id));
        Assert.Contains("c.service -> a.service -> b.service -> c.service", plan.Refusals[0].Message);
    }

    [Fact]
    public void A_circle_among_templates_is_refused()
    {
        _cluster.Import("a@.service", Beside("b@%i.service"));

        var refusal = Assert.Single(_cluster.Plan(new ImportUnits([new UnitSource("b@.service", Beside("a@%i.service"))])).Refusals);

        Assert.Equal(("MachineOfCycle", "b@.service"), (refusal.Id, refusal.Target));
    }

    [Fact]
    public void A_long_chain_of_MachineOf_is_no_circle()
    {
        var sources = Enumerable.Range(0, 2000).Select(n => new UnitSource($"u{n}.service", n == 1999 ? TestCluster.Plain : Beside($"u{n + 1}.service"))).ToList();

        Assert.Empty(_cluster.Plan(new ImportUnits(sources)).Refusals);
    }

    [Fact]
    public void A_stored_value_that_cannot_be_read_is_left_alone()
    {
        _cluster.Put(TestCluster.Keys.Unit("web.service"), "{ not json");

        var plan = _cluster.Plan(new ImportUnits([new UnitSource("web.service", TestCluster.Plain)]));

        Assert.Empty(plan.Steps);
        Assert.Equal("StoredValueMalformed", Assert.Single(plan.Refusals).Id);
    }

    [Fact]
    public void A_lost_file_is_stored_again()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        _cluster.Apply(new StartUnits(["web.service"]));
        var hash = _cluster.Unit("web.service")!.Hash;
        _cluster.Delete(TestCluster.Keys.File(hash));

        _cluster.Import("web.service", TestCluster.Plain);

        Assert.True(_cluster.State.Files.Contains(hash));
        Assert.Equal(DesiredState.Launched, _cluster.Unit("web.service")!.Desired);
    }

    [Theory]
    [InlineData("10.99.0.100/24", "10.99.0.100/24", "VirtualIPTaken")]
    [InlineData("10.99.0.100/16", "10.99.1.100/16", "VirtualRouterIdTaken")]
    [InlineData("10.99.0.100/24", "10.99.1.100/16", "VirtualRouterIdTaken")]
    [InlineData("10.99.0.100/24", "10.99.1.100/24", null)]
    [InlineData("10.99.0.100/24", "10.99.0.101/24", null)]
    public void Two_templates_have_two_addresses_and_on_one_network_two_router_ids(string one, string other, string? refusal)
    {
        _cluster.Import("one@.service", Sharing(one));

        var stored = _cluster.Plan(new ImportUnits([new UnitSource("other@.service", Sharing(other))]));
        var together = new TestCluster().Plan(new ImportUnits([new UnitSource("one@.service", Sharing(one)), new UnitSource("other@.service", Sharing(other))]));

        Assert.Equal(refusal, stored.Refusals.SingleOrDefault()?.Id);
        Assert.Equal(refusal, together.Refusals.SingleOrDefault()?.Id);
        Assert.All(stored.Refusals, refused => Assert.Contains("one@.service", refused.Message));
    }

    [Fact]
    public void Instances_of_a_template_share_its_address()
    {
        _cluster.Import("one@.service", Sharing("10.99.0.100/24"));
        _cluster.Apply(new StartUnits(["one@1.service", "one@2.service"]));

        Assert.Empty(_cluster.Plan(new ImportUnits([new UnitSource("one@3.service", Sharing("10.99.0.100/24"))])).Refusals);
    }

    private static string Sharing(string address) =>
        $"[Service]\nExecStart=/usr/bin/docker run --name lb%i -p 80:80 nginx nginx -g 'daemon off; worker_shutdown_timeout 30s;'\n[X-HaWeb]\nLoadBalancer=website\nVirtualIP={address}\n";

    private static string Beside(string peer) => TestCluster.Plain + $"[X-Fleet]\nMachineOf={peer}\n";
}
