namespace HaWeb.Tests.Scenarios;

/// <summary>One course of events and what it has to come to. It is written once and played on every kind of cluster.</summary>
/// <param name="Name">What happens, in a few words.</param>
/// <param name="Play">Plays it on a clean cluster.</param>
public sealed record Scenario(string Name, Func<Stage, Task> Play)
{
    /// <summary>Plays it from a clean cluster to a clean cluster.</summary>
    /// <exception cref="ScenarioException">It went differently, or the cluster was not clean before or after.</exception>
    public async Task PlayAsync(IScenarioCluster cluster)
    {
        var stage = new Stage(cluster);
        await stage.ClearAsync();
        await Play(stage);
        await stage.ClearAsync();
    }
}
