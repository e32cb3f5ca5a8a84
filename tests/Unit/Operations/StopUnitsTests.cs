using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class StopUnitsTests
{
    private readonly TestCluster _cluster = new();

    public StopUnitsTests()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        _cluster.Apply(new StartUnits(["web.service"]));
    }

    [Fact]
    public void A_stopped_unit_keeps_its_place_and_an_unloaded_one_does_not()
    {
        _cluster.Apply(new StopUnits(["web.service"]));
        Assert.Equal(DesiredState.Loaded, _cluster.Unit("web.service")!.Desired);
        Assert.Empty(_cluster.Plan(new StopUnits(["web.service"])).Steps);

        var plan = _cluster.Apply(new StopUnits(["web.service"], Unload: true));
        Assert.Equal(OperationAction.Unload, Assert.Single(plan.Changes).Action);
        Assert.Equal(DesiredState.Inactive, _cluster.Unit("web.service")!.Desired);
        Assert.Empty(_cluster.Plan(new StopUnits(["web.service"])).Steps);
    }

    [Fact]
    public void Unknown_names_and_templates_are_refused()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);

        var refusals = _cluster.Plan(new StopUnits(["none.service", "nginx@.service"])).Refusals;

        Assert.Equal(["UnitNotFound", "TemplateNeverRuns"], refusals.Select(refusal => refusal.Id));
    }

    [Fact]
    public void A_restart_raises_the_number_once_however_often_it_is_planned()
    {
        var plan = _cluster.Apply(new RestartUnits(["web.service"]));
        Assert.Equal(1, _cluster.Unit("web.service")!.Restart);

        Assert.Empty(_cluster.Plan(plan.Again).Steps);
        Assert.Single(_cluster.Plan(new RestartUnits(["web.service"])).Steps);
    }

    [Fact]
    public void Only_launched_units_are_restarted()
    {
        _cluster.Apply(new StopUnits(["web.service"]));

        var refusal = Assert.Single(_cluster.Plan(new RestartUnits(["web.service"])).Refusals);

        Assert.Equal(("UnitNotLaunched", RefusalKind.Conflict), (refusal.Id, refusal.Kind));
    }

    [Fact]
    public void Fields_of_later_versions_survive()
    {
        _cluster.Put(TestCluster.Keys.Unit("web.service"), $$"""{"v":9,"hash":"{{_cluster.Unit("web.service")!.Hash}}","desired":"launched","novelty":[1]}""");

        _cluster.Apply(new StopUnits(["web.service"]));

        Assert.Contains("\"novelty\":[1]", _cluster.Store.Get(TestCluster.Keys.Unit("web.service"))!.Value);
    }
}
