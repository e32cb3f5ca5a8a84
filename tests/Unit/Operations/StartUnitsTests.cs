using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class StartUnitsTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_launched_unit_that_has_ended_or_failed_is_started_again_once()
    {
        _cluster.Serve("1", "A");
        Assert.Empty(_cluster.Plan(new StartUnits(["nginx@1.service"])).Changes);

        _cluster.Report("nginx@1.service", "A", "failed", "failed", status => status with { ExitCode = 1 });
        Assert.Single(_cluster.Apply(new StartUnits(["nginx@1.service"])).Changes);
        Assert.Equal(1, _cluster.Unit("nginx@1.service")!.Restart);

        Assert.Empty(_cluster.Plan(new StartUnits(["nginx@1.service"])).Changes);
    }

    [Fact]
    public void A_stored_unit_is_wanted_running()
    {
        _cluster.Import("web.service", TestCluster.Plain);

        _cluster.Apply(new StartUnits(["web.service"]));

        Assert.Equal(DesiredState.Launched, _cluster.Unit("web.service")!.Desired);
    }

    [Fact]
    public void An_instance_is_made_from_the_stored_template_and_remembers_it()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);

        var plan = _cluster.Apply(new StartUnits(["nginx@1.service"], DesiredState.Loaded));

        var template = _cluster.Unit("nginx@.service")!;
        Assert.Equal(
            new UnitRecord { Hash = template.Hash, Desired = DesiredState.Loaded, Template = "nginx@.service", TemplateHash = template.Hash },
            _cluster.Unit("nginx@1.service"));
        Assert.Equal(OperationAction.Load, Assert.Single(plan.Changes).Action);
    }

    [Fact]
    public void An_instance_that_is_stored_itself_wins_over_its_template()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Import("nginx@1.service", TestCluster.Plain);

        _cluster.Apply(new StartUnits(["nginx@1.service"]));

        Assert.Null(_cluster.Unit("nginx@1.service")!.Template);
    }

    [Fact]
    public void What_is_wanted_already_needs_no_step()
    {
        _cluster.Import("web.service", TestCluster.Plain);
        _cluster.Apply(new StartUnits(["web.service"]));

        Assert.Empty(_cluster.Plan(new StartUnits(["web.service"])).Steps);
        Assert.Empty(_cluster.Plan(new StartUnits(["web.service"], DesiredState.Loaded)).Steps);
    }

    [Fact]
    public void An_unknown_name_does_not_stop_the_others()
    {
        _cluster.Import("web.service", TestCluster.Plain);

        var plan = _cluster.Apply(new StartUnits(["none.service", "none@1.service", "web.service"]));

        Assert.Equal(["none.service", "none@1.service"], plan.Refusals.Select(refusal => refusal.Target));
        Assert.All(plan.Refusals, refusal => Assert.Equal("UnitNotFound", refusal.Id));
        Assert.Contains("template none@.service", plan.Refusals[1].Message);
        Assert.Equal(DesiredState.Launched, _cluster.Unit("web.service")!.Desired);
    }

    [Fact]
    public void A_template_is_refused_with_a_hint_at_quotes()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);

        var refusal = Assert.Single(_cluster.Plan(new StartUnits(["nginx@.service"])).Refusals);

        Assert.Equal("TemplateNotStartable", refusal.Id);
        Assert.Contains("'nginx@{1,2}.service'", refusal.Message);
    }

    [Fact]
    public void A_template_whose_file_is_gone_is_refused()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        _cluster.Delete(TestCluster.Keys.File(_cluster.Unit("nginx@.service")!.Hash));

        Assert.Equal("UnitFileMissing", Assert.Single(_cluster.Plan(new StartUnits(["nginx@1.service"])).Refusals).Id);
    }

    [Fact]
    public void Instances_that_close_a_circle_are_refused()
    {
        _cluster.Import("b@2.service", TestCluster.Plain + "[X-Fleet]\nMachineOf=a@2.service\n");
        _cluster.Import("a@.service", TestCluster.Plain + "[X-Fleet]\nMachineOf=b@%i.service\n");

        var plan = _cluster.Apply(new StartUnits(["a@1.service", "a@2.service"]));

        Assert.Equal(("MachineOfCycle", "a@2.service"), (plan.Refusals[0].Id, Assert.Single(plan.Refusals).Target));
        Assert.NotNull(_cluster.Unit("a@1.service"));
    }

    [Fact]
    public void A_thousand_units_start_in_batches_of_at_most_sixty()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);

        var plan = _cluster.Apply(new StartUnits([.. Enumerable.Range(1, 1000).Select(n => $"nginx@{n}.service")]));

        Assert.Equal(1000, plan.Changes.Count());
        Assert.All(plan.Steps, step => Assert.InRange(step.Changes.Count, 1, 60));
        Assert.Equal(1000, _cluster.State.Units.Entries.Count(unit => unit.Value.Value.Desired == DesiredState.Launched));
    }

    [Fact]
    public void A_template_that_changes_meanwhile_stops_the_plan()
    {
        _cluster.Import("nginx@.service", TestCluster.Web);
        var plan = _cluster.Plan(new StartUnits(["nginx@1.service"]));
        _cluster.Apply(new RemoveUnits(["nginx@.service"]));

        Assert.False(_cluster.Store.Commit(plan.Steps[0].Transaction).Succeeded);
        Assert.Equal("UnitNotFound", Assert.Single(plan.Again.Plan(_cluster.State, TestCluster.Now).Refusals).Id);
    }
}
