using System.Diagnostics;
using HaWeb.Tests.Scenarios;

namespace HaWeb.Tests.Lab.Scenarios;

/// <summary>The scenarios on real machines. The unit suite plays the same ones in a simulated cluster.</summary>
[Collection(OneWebsite.Name)]
public sealed class ScenarioTests(Website website)
{
    public static TheoryData<string> Names => [.. Catalogue.Scenarios.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_scenario_comes_to_its_end_on_real_machines(string name)
    {
        await using var cluster = new LabCluster(website);
        var watch = Stopwatch.StartNew();
        await Catalogue.Find(name).PlayAsync(cluster);
        TestContext.Current.SendDiagnosticMessage($"{name}: played in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public void The_lab_has_the_machines_that_scenarios_name() => Assert.Equal(
        ScenarioMachine.All,
        website.Lab.Machines.Select(machine => new ScenarioMachine(machine.Plan.Name, machine.Plan.Id, machine.Plan.Address)));
}
