namespace HaWeb.Tests.Scenarios;

/// <summary>A machine that scenarios are played on. Both worlds have the same ones, so that they decide and speak alike.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id.</param>
/// <param name="Address">Its address.</param>
public sealed record ScenarioMachine(string Name, string Id, string Address)
{
    /// <summary>The machines, in the order in which the engine takes them: all alike, and all with power at first.</summary>
    public static IReadOnlyList<ScenarioMachine> All { get; } =
    [
        new("ha1", "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "10.99.0.1"),
        new("ha2", "a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2", "10.99.0.2"),
        new("ha3", "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3", "10.99.0.3"),
        new("ha4", "a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4", "10.99.0.4"),
    ];

    /// <summary>A machine by its name.</summary>
    public static ScenarioMachine Named(string name) => All.Single(machine => machine.Name == name);

    /// <summary>A text with names in the place of ids.</summary>
    public static string NamesIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return All.Aggregate(text, (changed, machine) => changed.Replace(machine.Id, machine.Name, StringComparison.Ordinal));
    }
}
