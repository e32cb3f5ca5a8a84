using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Unit.Operations;

public sealed class TimerOperationTests
{
    private const string Timer = "[Timer]\nOnCalendar=daily";
    private const string Job = "[Service]\nType=oneshot\nExecStart=/usr/bin/docker run --name job%i job";

    private readonly TestCluster _cluster = new();

    [Fact]
    public void With_a_timer_its_service_is_loaded_in_one_transaction()
    {
        _cluster.Import("backup.service", Job);
        _cluster.Import("backup.timer", Timer);

        var plan = _cluster.Apply(new StartUnits(["backup.timer"]));

        Assert.Single(plan.Steps);
        Assert.Equal([(OperationAction.Load, "backup.service"), (OperationAction.Start, "backup.timer")], plan.Changes.Select(change => (change.Action, change.Target)));
        Assert.Equal((DesiredState.Loaded, DesiredState.Launched), (_cluster.Unit("backup.service")!.Desired, _cluster.Unit("backup.timer")!.Desired));
        Assert.Empty(_cluster.Plan(new StartUnits(["backup.timer"])).Changes);
    }

    [Fact]
    public void A_timer_of_a_template_makes_its_service_of_the_template_too()
    {
        _cluster.Import("backup@.service", Job);
        _cluster.Import("backup@.timer", Timer);

        _cluster.Apply(new StartUnits(["backup@1.timer"]));

        Assert.Equal((DesiredState.Loaded, "backup@.service"), (_cluster.Unit("backup@1.service")!.Desired, _cluster.Unit("backup@1.service")!.Template));
        Assert.Equal((DesiredState.Launched, "backup@.timer"), (_cluster.Unit("backup@1.timer")!.Desired, _cluster.Unit("backup@1.timer")!.Template));
    }

    [Fact]
    public void A_timer_without_its_service_is_warned_of_when_either_goes_or_comes()
    {
        Assert.Contains("starts backup.service, which is neither given here nor stored", Assert.Single(_cluster.Apply(new ImportUnits([new UnitSource("backup.timer", Timer)])).Warnings).Message, StringComparison.Ordinal);
        Assert.Empty(_cluster.Apply(new ImportUnits([new UnitSource("job@.timer", Timer), new UnitSource("job@.service", Job)])).Warnings);

        _cluster.Import("backup.service", Job.Replace("%i", "", StringComparison.Ordinal));
        Assert.Empty(_cluster.Plan(new RemoveUnits(["backup.service"])).Warnings);
        _cluster.Apply(new StartUnits(["backup.timer"]));
        Assert.Empty(_cluster.Plan(new RemoveUnits(["backup.service", "backup.timer"])).Warnings);
        Assert.Contains("backup.timer is started", Assert.Single(_cluster.Plan(new RemoveUnits(["backup.service"])).Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_that_is_started_with_its_timer_or_runs_already_is_left_so()
    {
        _cluster.Import("backup.service", Job);
        _cluster.Import("backup.timer", Timer);

        _cluster.Apply(new StartUnits(["backup.timer", "backup.service"]));

        Assert.Equal(DesiredState.Launched, _cluster.Unit("backup.service")!.Desired);
    }

    [Fact]
    public void A_timer_that_is_launched_already_loads_its_service_again()
    {
        _cluster.Import("backup.service", Job);
        _cluster.Import("backup.timer", Timer);
        _cluster.Apply(new StartUnits(["backup.timer"]));
        _cluster.Apply(new StopUnits(["backup.service"], Unload: true));

        var plan = _cluster.Apply(new StartUnits(["backup.timer"]));

        Assert.Equal("backup.service", Assert.Single(plan.Changes).Target);
        Assert.Equal(DesiredState.Loaded, _cluster.Unit("backup.service")!.Desired);
    }

    [Theory]
    [InlineData("backup.timer", "backup.timer")]
    [InlineData("backup@.timer", "backup@1.timer")]
    public void Without_its_service_a_timer_is_refused_and_nothing_changes(string file, string name)
    {
        _cluster.Import(file, Timer);

        var plan = _cluster.Plan(new StartUnits([name]));

        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(("TimerServiceNotFound", name), (refusal.Id, refusal.Target));
        Assert.Empty(plan.Changes);
    }

    [Fact]
    public void A_timer_of_a_global_service_is_refused()
    {
        _cluster.Import("backup.service", Job + "\n[X-Fleet]\nGlobal=true");
        _cluster.Import("backup.timer", Timer);

        Assert.Equal("TimerServiceGlobal", Assert.Single(_cluster.Plan(new StartUnits(["backup.timer"])).Refusals).Id);
    }

    [Fact]
    public void A_service_that_is_tied_to_its_own_timer_is_refused_at_import()
    {
        _cluster.Import("backup.timer", Timer);

        Assert.Equal("MachineOfCycle", Assert.Single(_cluster.Plan(new ImportUnits([new UnitSource("backup.service", Job + "\n[X-Fleet]\nMachineOf=backup.timer")])).Refusals).Id);
    }
}
