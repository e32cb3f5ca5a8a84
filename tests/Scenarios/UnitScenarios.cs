using HaWeb.Core.Operations;
using static HaWeb.Tests.Scenarios.WebsiteStage;

namespace HaWeb.Tests.Scenarios;

/// <summary>Single units fail, and are started again or not.</summary>
internal static class UnitScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("container killed", ContainerKilled),
        new("crash loop", CrashLoop),
        new("image missing", ImageMissing),
    ];

    private static async Task ContainerKilled(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.Cluster.KillContainerAsync(Web1);
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy, restarts 1
            nginx@2.service launched on ha3: active/running, healthy
            website: nginx@1 at 10.99.0.2:80, nginx@2 at 10.99.0.3:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);
    }

    private static async Task CrashLoop(Stage stage)
    {
        await stage.ImportAsync(ScenarioUnits.Fragile);
        await stage.Cluster.FailStartsAsync("fragile.service", "no database");
        await stage.StartAsync("fragile.service");
        await stage.ShowsAsync(
            "fragile.service launched on ha1: failed/failed, restarts 3, last line 'no database', because start limit hit: 3 starts within 60 s",
            """
            ha1 runs nothing
            ha2 runs nothing
            ha3 runs nothing
            ha4 runs nothing
            """);

        await stage.Cluster.FailStartsAsync("fragile.service", null);
        await stage.DoAsync(new RestartUnits(["fragile.service"]));
        await stage.ShowsAsync(
            "fragile.service launched on ha1: active/running, restarts 3",
            """
            ha1 runs fragile.service
            ha2 runs nothing
            ha3 runs nothing
            ha4 runs nothing
            """);
    }

    private static async Task ImageMissing(Stage stage)
    {
        await stage.ImportAsync(ScenarioUnits.Rare);
        await stage.StartAsync("rare.service");
        await stage.ShowsAsync(
            "rare.service launched on ha1: failed/failed, because …127.0.0.1:1/rare…",
            """
            ha1 runs nothing
            ha2 runs nothing
            ha3 runs nothing
            ha4 runs nothing
            """);

        await stage.Cluster.ProvideRareImageAsync(exists: true);
        await stage.DoAsync(new RestartUnits(["rare.service"]));
        await stage.ShowsAsync(
            "rare.service launched on ha1: active/running",
            """
            ha1 runs rare.service
            ha2 runs nothing
            ha3 runs nothing
            ha4 runs nothing
            """);
    }
}
