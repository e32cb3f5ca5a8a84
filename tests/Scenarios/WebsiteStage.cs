namespace HaWeb.Tests.Scenarios;

/// <summary>The website that most scenarios begin with: two web servers, their balancer, and a spare machine.</summary>
internal static class WebsiteStage
{
    public const string Web1 = "nginx@1.service";
    public const string Web2 = "nginx@2.service";
    public const string Balancer = "nginx-loadbalancer.service";

    /// <summary>Longer than a machine's lease lives without keep-alives, with the time that etcd may take to notice.</summary>
    public static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(12);

    public const string Stored = """
        nginx-loadbalancer.service launched on ha1: active/running
        nginx@1.service launched on ha2: active/running, healthy
        nginx@2.service launched on ha3: active/running, healthy
        website: nginx@1 at 10.99.0.2:80, nginx@2 at 10.99.0.3:80
        """;

    public const string Running = """
        ha1 runs nginx-loadbalancer.service for nginx1 and nginx2
        ha2 runs nginx@1.service
        ha3 runs nginx@2.service
        ha4 runs nothing
        """;

    public const string RunningAsBefore = """
        ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
        ha2 runs nginx@1.service (kept)
        ha3 runs nginx@2.service (kept)
        ha4 runs nothing
        """;

    /// <summary>Starts it, and remembers its containers.</summary>
    public static async Task StartWebsiteAsync(this Stage stage)
    {
        await stage.ImportAsync(ScenarioUnits.Web, ScenarioUnits.Balancer);
        await stage.StartAsync(Web1, Web2, Balancer);
        await stage.ShowsAsync(Stored, Running);
        await stage.RememberAsync();
    }
}
