using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;

namespace HaWeb.Tests.Unit.Operations;

/// <summary>What an operation says of units that only follow those that it names.</summary>
public sealed class FollowerTests
{
    private readonly TestCluster _cluster = new();

    public FollowerTests()
    {
        _cluster.AddMachine("A", leads: true);
        _cluster.AddMachine("B");
        Run("redis.service", "A", "");
    }

    public static TheoryData<string> Ties => ["Requires", "BindsTo", "PartOf", "Requisite"];

    [Theory]
    [MemberData(nameof(Ties))]
    public void What_stops_with_a_unit_is_planned_with_it(string tie)
    {
        Run("app.service", "A", $"{tie}=redis.service");

        Assert.Equal(["Stop redis.service", $"Stop app.service: would stop with redis.service ({tie}=)"], Plan(new StopUnits(["redis.service"])));
        Assert.Equal(["Restart redis.service", $"Restart app.service: would restart with redis.service ({tie}=)"], Plan(new RestartUnits(["redis.service"])));
        Assert.Contains($"Restart app.service: would restart with redis.service ({tie}=)", Plan(new RemoveUnits(["redis.service"])));
        Assert.Contains($"Restart app.service: would restart with redis.service ({tie}=)", Plan(new MoveUnits(["redis.service"], null)));
    }

    [Fact]
    public void Followers_of_followers_are_planned_and_what_is_named_is_planned_once()
    {
        Run("app.service", "A", "Requires=redis.service");
        Run("log.service", "A", "BindsTo=app.service");

        Assert.Equal(
            ["Stop redis.service", "Stop app.service: would stop with redis.service (Requires=)", "Stop log.service: would stop with app.service (BindsTo=)"],
            Plan(new StopUnits(["redis.service"])));
        Assert.Equal(["Stop redis.service", "Stop app.service", "Stop log.service: would stop with app.service (BindsTo=)"], Plan(new StopUnits(["redis.service", "app.service"])));
    }

    [Theory]
    [InlineData("A", "Wants=redis.service\nAfter=redis.service", "active")]
    [InlineData("B", "Requires=redis.service", "active")]
    [InlineData("A", "Requires=redis.service", "inactive")]
    public void Others_are_not(string machine, string options, string active)
    {
        Run("app.service", machine, options, active);

        Assert.Equal(["Stop redis.service"], Plan(new StopUnits(["redis.service"])));
    }

    [Fact]
    public void A_follower_that_is_the_last_healthy_backend_of_a_service_is_not_taken_without_force()
    {
        Run("app.service", "A", "Requires=redis.service");
        _cluster.Advertise("app", "app", "A");

        foreach (var operation in (IOperation[])[new StopUnits(["redis.service"]), new RestartUnits(["redis.service"]), new RemoveUnits(["redis.service"]), new MoveUnits(["redis.service"], null)])
        {
            var refusal = Assert.Single(_cluster.Plan(operation).Refusals);
            Assert.Equal(("LastHealthyBackend", "redis.service"), (refusal.Id, refusal.Target));
            Assert.Contains("would leave service app without a healthy backend, since app.service follows it", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(_cluster.Plan(new StopUnits(["redis.service"], Force: true)).Refusals);
        Run("app2.service", "B", "");
        _cluster.Advertise("app", "app2", "B");
        Assert.Empty(_cluster.Plan(new StopUnits(["redis.service"])).Refusals);
    }

    private void Run(string unit, string machine, string options, string active = "active")
    {
        _cluster.Import(unit, $"[Unit]\n{options}\n{TestCluster.Plain}");
        _cluster.Apply(new StartUnits([unit]));
        _cluster.Place(unit, machine);
        _cluster.Report(unit, machine, active);
    }

    /// <summary>The steps on a line each; of those asked for what is done to what.</summary>
    private IEnumerable<string> Plan(IOperation operation)
    {
        var plan = _cluster.Plan(operation);
        var asked = plan.Changes.Select(change => change.Target).ToHashSet(StringComparer.Ordinal);
        return PlannedStep.Of(_cluster.State, plan, TestCluster.Now).Select(step => asked.Contains(step.Target) ? $"{step.Action} {step.Target}" : step.ToString());
    }
}
