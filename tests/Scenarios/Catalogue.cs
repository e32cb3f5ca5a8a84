namespace HaWeb.Tests.Scenarios;

/// <summary>All scenarios.</summary>
public static class Catalogue
{
    /// <summary>The scenarios, in the order in which they are best read.</summary>
    public static IReadOnlyList<Scenario> Scenarios { get; } = [.. OperatorScenarios.All, .. UnitScenarios.All, .. MachineScenarios.All];

    /// <summary>A scenario by its name.</summary>
    public static Scenario Find(string name) => Scenarios.Single(scenario => scenario.Name == name);
}
