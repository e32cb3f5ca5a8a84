using HaWeb.Core.Operations;
using static HaWeb.Tests.Scenarios.WebsiteStage;

namespace HaWeb.Tests.Scenarios;

/// <summary>Machines, agents and the store go and come back.</summary>
internal static class MachineScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("machine lost and returning", PowerLoss),
        new("machine cut off and returning", CutOff),
        new("agents killed", AgentsKilled),
        new("store outage", StoreOutage),
        new("two of four machines gone", TwoGone),
        new("three of four machines gone", ThreeGone),
        new("three of four machines gone and returning", ThreeReturn),
        new("global", Global),
    ];

    private const string MovedStored = """
        nginx-loadbalancer.service launched on ha1: active/running
        nginx@1.service launched on ha4: active/running, healthy
        nginx@2.service launched on ha3: active/running, healthy
        website: nginx@1 at 10.99.0.4:80, nginx@2 at 10.99.0.3:80
        """;

    private static async Task PowerLoss(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.Cluster.PowerOffAsync("ha2");
        await stage.ShowsAsync(
            MovedStored + "\nha2 is lost",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 is off
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@1.service
            """);

        // It takes nothing back.
        await stage.RememberAsync();
        await stage.Cluster.PowerOnAsync("ha2");
        await stage.ShowsAsync(MovedStored, Returned);
        await stage.Cluster.PassAsync(LongerThanALease);
        await stage.ShowsAsync(MovedStored, Returned);
    }

    private const string Returned = """
        ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
        ha2 runs nothing
        ha3 runs nginx@2.service (kept)
        ha4 runs nginx@1.service (kept)
        """;

    private static async Task CutOff(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.Cluster.CutOffAsync("ha2");
        await stage.ShowsAsync(
            MovedStored + "\nha2 is lost",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2 runs nginx@1.service (kept)
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@1.service
            """);

        // The newer placement wins, and the older container stops.
        await stage.RememberAsync();
        await stage.Cluster.HealAsync("ha2");
        await stage.ShowsAsync(MovedStored, Returned);
    }

    private static async Task AgentsKilled(Stage stage)
    {
        await stage.StartWebsiteAsync();

        foreach (var machine in (string[])["ha1", "ha2"])
        {
            await stage.Cluster.KillAgentAsync(machine);
        }

        foreach (var machine in (string[])["ha1", "ha2"])
        {
            await stage.Cluster.StartAgentAsync(machine);
        }

        await stage.ShowsAsync(Stored, RunningAsBefore);
        await stage.Cluster.PassAsync(LongerThanALease);
        await stage.ShowsAsync(Stored, RunningAsBefore);
    }

    private static async Task StoreOutage(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await stage.Cluster.StopStoreAsync();
        await stage.Cluster.PassAsync(TimeSpan.FromSeconds(20));
        await stage.Cluster.StartStoreAsync();

        await stage.ShowsAsync(Stored, RunningAsBefore);
        await stage.Cluster.PassAsync(LongerThanALease);
        await stage.ShowsAsync(Stored, RunningAsBefore);
    }

    /// <summary>Two of four are not more than half: they are lost, and what can be placed again is.</summary>
    private static async Task TwoGone(Stage stage)
    {
        await stage.StartWebsiteAsync();

        await Task.WhenAll(stage.Cluster.KillAgentAsync("ha2"), stage.Cluster.KillAgentAsync("ha4"));
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched, waits: no machine takes it: ha1: nginx-loadbalancer.service conflicts with it; ha2, ha4: its agent is not alive; ha3: conflicts with nginx@2.service
            nginx@2.service launched on ha3: active/running, healthy
            website: nginx@2 at 10.99.0.3:80
            ha2 is lost
            ha4 is lost
            """,
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx2
            ha2, without an agent, runs nginx@1.service (kept)
            ha3 runs nginx@2.service (kept)
            ha4, without an agent, runs nothing
            """);

        await stage.Cluster.StartAgentAsync("ha4");
        await stage.ShowsAsync(
            MovedStored + "\nha2 is lost",
            """
            ha1 runs nginx-loadbalancer.service (kept) for nginx1 and nginx2
            ha2, without an agent, runs nginx@1.service (kept)
            ha3 runs nginx@2.service (kept)
            ha4 runs nginx@1.service
            """);

        await stage.RememberAsync();
        await stage.Cluster.StartAgentAsync("ha2");
        await stage.ShowsAsync(MovedStored, Returned);
    }

    /// <summary>Three of four are more than half: that is no loss of machines but of a network, and the cluster holds.</summary>
    private static async Task ThreeGone(Stage stage)
    {
        const string Held = """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched on ha2: unknown/unknown, because machine ha2 is not alive: what its units do is not known
            nginx@2.service launched on ha3: unknown/unknown, because machine ha3 is not alive: what its units do is not known
            ha2 is lost
            ha3 is lost
            ha4 is lost
            the cluster holds: … machines vanished together (ha2, ha3…): nothing is re-placed until they return, are removed, or an operator resumes
            """;

        // Their backends went with their leases, one after the other: the last one goes on being served, and those whose leases ended with its own.
        const string HeldRunning = """
            ha1 runs nginx-loadbalancer.service (kept) for nginx…
            ha2, without an agent, runs nginx@1.service (kept)
            ha3, without an agent, runs nginx@2.service (kept)
            ha4, without an agent, runs nothing
            """;

        await stage.StartWebsiteAsync();

        await Task.WhenAll(stage.Cluster.KillAgentAsync("ha2"), stage.Cluster.KillAgentAsync("ha3"), stage.Cluster.KillAgentAsync("ha4"));
        await stage.ShowsAsync(Held, HeldRunning);
        await stage.Cluster.PassAsync(LongerThanALease);
        await stage.ShowsAsync(Held, HeldRunning);

        // An operator says that they are lost.
        await stage.DoAsync(new ResumeCluster());
        await stage.ShowsAsync(
            """
            nginx-loadbalancer.service launched on ha1: active/running
            nginx@1.service launched, waits: no machine takes it: ha1: nginx-loadbalancer.service conflicts with it; ha2, ha3, ha4: its agent is not alive
            nginx@2.service launched, waits: no machine takes it: ha1: nginx-loadbalancer.service conflicts with it; ha2, ha3, ha4: its agent is not alive
            ha2 is lost
            ha3 is lost
            ha4 is lost
            """,
            HeldRunning);
    }

    /// <summary>They come back one by one, and nothing has moved.</summary>
    private static async Task ThreeReturn(Stage stage)
    {
        string[] machines = ["ha4", "ha3", "ha2"];

        await stage.StartWebsiteAsync();
        await Task.WhenAll(machines.Select(stage.Cluster.KillAgentAsync));
        await stage.Cluster.UntilAsync(state => state.Engine?.Value.Holding is not null);

        foreach (var machine in machines)
        {
            await stage.Cluster.StartAgentAsync(machine);
            await stage.Cluster.PassAsync(TimeSpan.FromSeconds(1));
        }

        await stage.ShowsAsync(Stored, RunningAsBefore);
    }

    /// <summary>A global unit is wherever there is a machine. One that is lost keeps its own until it is back: no other has to take it.</summary>
    private static async Task Global(Stage stage)
    {
        const string Everywhere = """
            global.service launched on ha1: active/running, healthy
            global.service launched on ha2: active/running, healthy
            global.service launched on ha3: active/running, healthy
            global.service launched on ha4: active/running, healthy
            monitor: global/ha1 at 10.99.0.1:9090, global/ha2 at 10.99.0.2:9090, global/ha3 at 10.99.0.3:9090, global/ha4 at 10.99.0.4:9090
            """;

        await stage.ImportAsync(ScenarioUnits.Global);
        await stage.StartAsync("global.service");
        await stage.ShowsAsync(
            Everywhere,
            """
            ha1 runs global.service
            ha2 runs global.service
            ha3 runs global.service
            ha4 runs global.service
            """);

        await stage.RememberAsync();
        await stage.Cluster.PowerOffAsync("ha4");
        await stage.ShowsAsync(
            """
            global.service launched on ha1: active/running, healthy
            global.service launched on ha2: active/running, healthy
            global.service launched on ha3: active/running, healthy
            global.service launched on ha4: unknown/unknown, because machine ha4 is not alive: what its units do is not known
            monitor: global/ha1 at 10.99.0.1:9090, global/ha2 at 10.99.0.2:9090, global/ha3 at 10.99.0.3:9090
            ha4 is lost
            """,
            """
            ha1 runs global.service (kept)
            ha2 runs global.service (kept)
            ha3 runs global.service (kept)
            ha4 is off
            """);

        await stage.Cluster.PowerOnAsync("ha4");
        await stage.ShowsAsync(
            Everywhere,
            """
            ha1 runs global.service (kept)
            ha2 runs global.service (kept)
            ha3 runs global.service (kept)
            ha4 runs global.service
            """);
    }
}
