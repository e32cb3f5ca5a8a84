using HaWeb.Core.Operations;
using static HaWeb.Tests.Scenarios.WebsiteStage;

namespace HaWeb.Tests.Scenarios;

/// <summary>What operators do while nothing fails.</summary>
internal static class OperatorScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("start", Start),
        new("conflict", Conflict),
        new("stop", Stop),
        new("unload", Unload),
        new("restart", Restart),
        new("last backend", LastBackend),
        new("follower", Follower),
        new("drain", Drain),
        new("move", Move),
        new("rolling update", RollingUpdate),
        new("canary", Canary),
        new("failing update", FailingUpdate),
    ];

    private static Task Start(Stage stage) => stage.StartWebsiteAsync();

    private static async Task Conflict(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.StartAsync("nginx@3.service");
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy
            nginx@2.service launched on ha3: active/running, healthy
            nginx@3.service launched on ha4: active/running, healthy
            website: nginx@1 at 10.99.0.2:80, nginx@2 at 10.99.0.3:80, nginx@3 at 10.99.0.4:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2 and nginx3
            ha2 runs nginx@1.service (kept)
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@3.service
            """);

        await stage.StartAsync("nginx@4.service");
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy
            nginx@2.service launched on ha3: active/running, healthy
            nginx@3.service launched on ha4: active/running, healthy
            nginx@4.service launched, waits: no machine takes it: ha1: nginx-loadbalancer.service conflicts with it; ha2: conflicts with nginx@1.service; ha3: conflicts with nginx@2.service; ha4: conflicts with nginx@3.service
            website: nginx@1 at 10.99.0.2:80, nginx@2 at 10.99.0.3:80, nginx@3 at 10.99.0.4:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2 and nginx3
            ha2 runs nginx@1.service (kept)
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@3.service
            """);

        // The first one that leaves makes room.
        await stage.DoAsync(new StopUnits([Web1], Unload: true));
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service inactive
            nginx@2.service launched on ha3: active/running, healthy
            nginx@3.service launched on ha4: active/running, healthy
            nginx@4.service launched on ha2: active/running, healthy
            website: nginx@2 at 10.99.0.3:80, nginx@3 at 10.99.0.4:80, nginx@4 at 10.99.0.2:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx2 and nginx3 and nginx4
            ha2 runs nginx@4.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@3.service
            """);
    }

    private static async Task Stop(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.DoAsync(new StopUnits([Web1]));
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service loaded on ha2: inactive/dead
            nginx@2.service launched on ha3: active/running, healthy
            website: nginx@2 at 10.99.0.3:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx2
            ha2 runs nothing
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);

        // It has kept its place, although the spare machine has less to do.
        await stage.StartAsync(Web1);
        await stage.ShowsAsync(
            Stored,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);
    }

    private static async Task Unload(Stage stage)
    {
        await stage.StartWebsiteAsync();
        await stage.ImportAsync(ScenarioUnits.Plain);

        await stage.DoAsync(new StopUnits([Web2], Unload: true));
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy
            nginx@2.service inactive
            plain.service inactive
            website: nginx@1 at 10.99.0.2:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1
            ha2 runs nginx@1.service (kept)
            ha3 runs nothing
            ha4 runs nothing
            """);

        // Its place is free: the next one gets it, and the unit is placed anew.
        await stage.StartAsync("plain.service");
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy
            nginx@2.service inactive
            plain.service launched on ha3: active/running
            website: nginx@1 at 10.99.0.2:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1
            ha2 runs nginx@1.service (kept)
            ha3 runs plain.service
            ha4 runs nothing
            """);
        await stage.StartAsync(Web2);
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy
            nginx@2.service launched on ha4: active/running, healthy
            plain.service launched on ha3: active/running
            website: nginx@1 at 10.99.0.2:80, nginx@2 at 10.99.0.4:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service (kept)
            ha3 runs plain.service
            ha4 runs nginx@2.service
            """);
    }

    private static async Task Restart(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.DoAsync(new RestartUnits([Web1]));
        await stage.ShowsAsync(
            Stored,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);
    }

    private static async Task LastBackend(Stage stage)
    {
        await stage.StartWebsiteAsync();

        var refusals = await stage.TryAsync(new StopUnits([Web1, Web2]));
        if (!refusals.SequenceEqual(["LastHealthyBackend", "LastHealthyBackend"], StringComparer.Ordinal))
        {
            throw new ScenarioException($"To stop both web servers was refused with: {string.Join(", ", refusals)}");
        }

        await stage.ShowsAsync(Stored, RunningAsBefore);
        await stage.DoAsync(new StopUnits([Web1, Web2], Force: true));
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service loaded on ha2: inactive/dead
            nginx@2.service loaded on ha3: inactive/dead
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nobody
            ha2 runs nothing
            ha3 runs nothing
            ha4 runs nothing
            """);
    }

    private static async Task Follower(Stage stage)
    {
        await stage.ImportAsync(ScenarioUnits.Plain, ScenarioUnits.Anchor, ScenarioUnits.Follower);
        await stage.StartAsync("plain.service", "follower.service");
        await stage.ShowsAsync(
            """
            anchor.service inactive
            follower.service launched, waits: no machine takes it: ha1, ha2, ha3 and 1 more: MachineOf=anchor.service is not placed there
            plain.service launched on ha1: active/running
            """,
            """
            ha1 runs plain.service
            ha2 runs nothing
            ha3 runs nothing
            ha4 runs nothing
            """);

        await stage.StartAsync("anchor.service");
        await stage.ShowsAsync(
            """
            anchor.service launched on ha2: active/running
            follower.service launched on ha2: active/running
            plain.service launched on ha1: active/running
            """,
            """
            ha1 runs plain.service
            ha2 runs anchor.service, follower.service
            ha3 runs nothing
            ha4 runs nothing
            """);
    }

    private static async Task Drain(Stage stage)
    {
        const string Drained = """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha4: active/running, healthy
            nginx@2.service launched on ha3: active/running, healthy
            website: nginx@1 at 10.99.0.4:80, nginx@2 at 10.99.0.3:80
            """;

        await stage.StartWebsiteAsync();

        await stage.DoAsync(new CordonMachines([ScenarioMachine.Named("ha2").Id], Drain: true));
        await stage.ShowsAsync(
            Drained + "\nha2 is drained",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nothing
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@1.service
            """);

        // It may be used again, and takes nothing back by itself.
        await stage.RememberAsync();
        await stage.DoAsync(new UncordonMachines([ScenarioMachine.Named("ha2").Id]));
        await stage.Cluster.PassAsync(TimeSpan.FromSeconds(2));
        await stage.ShowsAsync(
            Drained,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nothing
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@1.service (kept)
            """);
    }

    private static async Task Move(Stage stage)
    {
        await stage.StartWebsiteAsync();
        await stage.ImportAsync(ScenarioUnits.Anchor, ScenarioUnits.Follower);
        await stage.StartAsync("anchor.service", "follower.service");
        await stage.ShowsAsync(
            "anchor.service launched on ha4: active/running\nfollower.service launched on ha4: active/running\n" + Stored,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service (kept)
            ha3 runs nginx@2.service (kept)
            ha4 runs anchor.service, follower.service
            """);
        await stage.RememberAsync();

        var refusals = await stage.TryAsync(new MoveUnits([Web1], ScenarioMachine.Named("ha3").Id));
        if (!refusals.SequenceEqual(["MachineRefuses"], StringComparer.Ordinal))
        {
            throw new ScenarioException($"To move a web server to a machine that has one was refused with: {string.Join(", ", refusals)}");
        }

        await stage.DoAsync(new MoveUnits([Web1], ScenarioMachine.Named("ha4").Id));
        await stage.DoAsync(new MoveUnits(["anchor.service"], ScenarioMachine.Named("ha3").Id));
        await stage.ShowsAsync(
            """
            anchor.service launched on ha3: active/running
            follower.service launched on ha3: active/running
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha4: active/running, healthy
            nginx@2.service launched on ha3: active/running, healthy
            website: nginx@1 at 10.99.0.4:80, nginx@2 at 10.99.0.3:80
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nothing
            ha3 runs anchor.service, follower.service, nginx@2.service (kept)
            ha4 runs nginx@1.service
            """);
    }

    private static async Task RollingUpdate(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.DoAsync(Update(SecondRelease));
        await stage.ShowsAsync(
            Stored + "\nupdate of nginx@.service: Done, 2 of 2",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service
            ha4 runs nothing
            """);

        // What says nothing about [Service] restarts nothing.
        await stage.RememberAsync();
        await stage.DoAsync(Update(SecondRelease + "\nMaxRestarts=3"));
        await stage.ShowsAsync(Stored + "\nupdate of nginx@.service: Done, 2 of 2", RunningAsBefore);
    }

    private static async Task Canary(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.DoAsync(Update(SecondRelease) with { Canary = 1, Pause = true });
        await stage.ShowsAsync(
            Stored + "\nupdate of nginx@.service: paused, 1 of 2, because nginx@1.service proved the file; the rest waits for an operator",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);

        await stage.RememberAsync();
        await stage.DoAsync(new SteerUpdate(ScenarioUnits.Web.Name, OperationAction.Rollback));
        await stage.ShowsAsync(
            Stored + "\nupdate of nginx@.service: RolledBack, 2 of 2, because an operator rolled it back",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);
    }

    private static async Task FailingUpdate(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.DoAsync(Update(ScenarioUnits.Web.Text.Replace("nginx:latest", ScenarioUnits.RareImage, StringComparison.Ordinal)));
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: active/running, healthy…
            nginx@2.service launched on ha3: active/running, healthy
            website: nginx@1 at 10.99.0.2:80, nginx@2 at 10.99.0.3:80
            update of nginx@.service: RolledBack, 2 of 2, because nginx@1.service failed on ha2: activating/auto-restart…
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service
            ha3 runs nginx@2.service (kept)
            ha4 runs nothing
            """);
    }

    private static string SecondRelease => ScenarioUnits.Web.Text.Replace("--name nginx%i", "--name nginx%i -e RELEASE=2", StringComparison.Ordinal);

    private static UpdateUnit Update(string text) =>
        new(ScenarioUnits.Web.Name, new UpdateContent.File(text)) { MinHealthyTime = TimeSpan.FromSeconds(2), HealthyDeadline = TimeSpan.FromSeconds(30) };
}
