using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class RemoveUnitsTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void The_instances_of_a_removed_template_stay()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Apply(new StartUnits(["nginx@1.service"]));

        _cluster.Apply(new RemoveUnits(["nginx@.service"]));
        _cluster.Apply(new CollectFiles());

        Assert.Null(_cluster.Unit("nginx@.service"));
        Assert.True(_cluster.State.Files.Contains(_cluster.Unit("nginx@1.service")!.Hash));
    }

    [Fact]
    public void What_a_first_plan_found_and_a_second_one_does_not_is_removed_and_no_error()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        var plan = _cluster.Apply(new RemoveUnits(["web.service"]));

        Assert.Empty(_cluster.Plan(plan.Again).Refusals);
        Assert.Equal("UnitNotFound", Assert.Single(_cluster.Plan(new RemoveUnits(["web.service"])).Refusals).Id);
    }

    [Fact]
    public void A_template_that_is_being_updated_is_not_removed()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Put(TestCluster.Keys.Update("nginx@.service"), RecordCodec.Write(new UpdateRecord { From = "a", To = "b" }));

        Assert.Equal("UpdateInProgress", Assert.Single(_cluster.Plan(new RemoveUnits(["nginx@.service"])).Refusals).Id);
    }

    [Fact]
    public void A_file_is_collected_once_no_unit_work_list_or_update_names_it()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        var hash = _cluster.Unit("web.service")!.Hash;
        _cluster.AddMachine("A");
        _cluster.Place("web.service", "A");
        _cluster.Put(TestCluster.Keys.Update("x@.service"), RecordCodec.Write(new UpdateRecord { From = hash, To = "b" }));
        Assert.Empty(_cluster.Plan(new CollectFiles()).Steps);

        _cluster.Apply(new RemoveUnits(["web.service"]));
        Assert.Empty(_cluster.Plan(new CollectFiles()).Steps);

        _cluster.Leave("web.service", "A");
        Assert.Empty(_cluster.Plan(new CollectFiles()).Steps);

        _cluster.Delete(TestCluster.Keys.Update("x@.service"));
        Assert.Equal(hash, Assert.Single(_cluster.Apply(new CollectFiles()).Changes).Target);
        Assert.Equal(0, _cluster.State.Files.Count);
    }

    [Fact]
    public void Nothing_is_collected_while_a_record_that_may_name_it_cannot_be_read()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        _cluster.Apply(new RemoveUnits(["web.service"]));
        _cluster.Put(TestCluster.Keys.Unit("other.service"), "?");

        Assert.Empty(_cluster.Plan(new CollectFiles()).Steps);
    }

    [Fact]
    public void A_file_that_somebody_comes_to_name_meanwhile_is_not_collected()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        _cluster.Apply(new RemoveUnits(["web.service"]));
        var collect = _cluster.Plan(new CollectFiles());

        _cluster.Import("again.service", TestCluster.Plain);

        Assert.False(_cluster.Store.Commit(Assert.Single(collect.Steps).Transaction).Succeeded);
        Assert.True(_cluster.State.Files.Contains(_cluster.Unit("again.service")!.Hash));
    }

    [Fact]
    public void A_file_that_is_collected_meanwhile_is_stored_again_by_who_names_it()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        _cluster.Apply(new RemoveUnits(["web.service"]));
        var import = _cluster.Plan(new ImportUnits([new UnitSource("again.service", TestCluster.Plain)]));

        _cluster.Apply(new CollectFiles());

        Assert.True(_cluster.Store.Commit(Assert.Single(import.Steps).Transaction).Succeeded);
        Assert.True(_cluster.State.Files.Contains(_cluster.Unit("again.service")!.Hash));
    }
}
