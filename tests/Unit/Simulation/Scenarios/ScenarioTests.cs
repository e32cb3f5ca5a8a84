using HaWeb.Tests.Scenarios;

namespace HaWeb.Tests.Unit.Simulation.Scenarios;

/// <summary>The scenarios in a simulated cluster. The lab plays the same ones.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Names => [.. Catalogue.Scenarios.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_scenario_comes_to_its_end_in_the_simulation(string name) => Catalogue.Find(name).PlayAsync(new SimulatedCluster());

    [Fact]
    public async Task All_scenarios_come_to_their_ends_one_after_the_other_on_the_same_cluster()
    {
        var cluster = new SimulatedCluster();
        foreach (var scenario in Catalogue.Scenarios)
        {
            await scenario.PlayAsync(cluster);
        }
    }
}
