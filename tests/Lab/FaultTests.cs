using System.Diagnostics;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

[Collection(OneWebsite.Name)]
public sealed class FaultTests(Website website)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    // Longer than a machine's lease lives without keep-alives, 10 s by default and a little more until etcd notices.
    private static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(15);

    // A lease's end, the proof that it is a loss, which takes another lease's time if the store had a gap, and the start.
    private static readonly TimeSpan LossAndMove = TimeSpan.FromSeconds(60);

    // DrainTimeout is 30 s by default.
    private static readonly TimeSpan DrainAndStop = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_killed_agent_is_followed_by_one_that_adopts_its_containers_and_its_lease()
    {
        await website.ServeAsync();
        string[] units = [Website.Web1, Website.Balancer];
        var before = await FactsAsync();
        var workers = await website.WorkersAsync();
        var leases = Leases();
        await using var traffic = website.StartTraffic();

        foreach (var machine in units.Select(website.MachineOf))
        {
            await machine.KillAgentAsync();
            await machine.StartAgentAsync();
        }

        // That the old leases live on after their time shows that the new agents keep them alive.
        await Task.Delay(LongerThanALease, TestContext.Current.CancellationToken);

        Assert.Equal(leases, Leases());
        Assert.Equal(before, await FactsAsync());
        Assert.Equal(workers, await website.WorkersAsync());
        Website.AssertServed(await traffic.StopAsync());

        async Task<List<ContainerFacts>> FactsAsync() =>
            [await website.ContainerOfAsync(Website.Web1), await website.ContainerOfAsync(Website.Balancer)];
    }

    [Fact]
    public async Task An_outage_of_etcd_stops_nothing_and_moves_nothing()
    {
        await website.ServeAsync();
        string[] units = [Website.Web1, Website.Web2, Website.Balancer];
        var facts = await Task.WhenAll(units.Select(website.ContainerOfAsync));
        var workers = await website.WorkersAsync();
        var leases = Leases();
        var placements = website.Placements();
        var servers = await website.ServersAsync();
        Machine[] stores = [.. website.Lab.Machines.Where(machine => machine.Plan.HasStore)];
        await using var traffic = website.StartTraffic();

        await Task.WhenAll(stores.Select(machine => machine.StopEtcdAsync()));
        await Task.Delay(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(servers, await website.ServersAsync());
        await Task.WhenAll(stores.Select(machine => machine.StartEtcdAsync()));
        var back = Stopwatch.StartNew();
        try
        {
            var twin = (await website.StartTwinAsync()).Split(':');
            await website.OperateAsync($"Register-HaBackend website -Name after -Address {twin[0]} -Port {twin[1]}");
            await website.Store.WaitAsync(keys => keys.ContainsKey("/services/website/after"), Website.Soon);
            await website.AppliedAsync("/services/website/after");
            TestContext.Current.SendDiagnosticMessage($"after 60 s without etcd: reconciled {back.Elapsed.TotalSeconds:0.0} s after its return");
            Assert.NotEqual(workers, await website.WorkersAsync());
        }
        finally
        {
            await website.OperateAsync("Unregister-HaBackend website -Name after");
            await website.EndTwinAsync();
        }

        // Every lease began anew when etcd came back: one that nobody keeps alive is gone after this.
        await Task.Delay(LongerThanALease, TestContext.Current.CancellationToken);

        Assert.Equal(leases, Leases());
        Assert.Equal(placements, website.Placements());
        Assert.Equal(facts, await Task.WhenAll(units.Select(website.ContainerOfAsync)));
        Website.AssertServed(await traffic.StopAsync());
    }

    [Fact]
    public async Task Leases_that_end_while_nobody_reaches_etcd_are_had_anew_and_nothing_else_changes()
    {
        await website.ServeAsync();
        string[] units = [Website.Web1, Website.Web2, Website.Balancer];
        var facts = await Task.WhenAll(units.Select(website.ContainerOfAsync));
        var leases = Leases();
        var placements = website.Placements();
        var servers = await website.ServersAsync();
        Machine[] stores = [.. website.Lab.Machines.Where(machine => machine.Plan.HasStore)];
        await using var traffic = website.StartTraffic();

        // etcd is away for longer than every lease, and gives each its full time again when it is back; nobody renews them then.
        await Task.WhenAll(stores.Select(machine => machine.StopEtcdAsync()));
        await Task.WhenAll(website.Lab.Machines.Select(machine => machine.CutStoreAsync()));
        await Task.Delay(Lease + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var start = Stopwatch.StartNew();
        await Task.WhenAll(stores.Select(machine => machine.StartEtcdAsync()));
        await website.Store.WaitAsync(keys => website.Lab.Machines.All(one => !keys.ContainsKey(Website.AliveKey(one))), LossAndMove);
        Assert.True(start.Elapsed > Lease, $"The leases ended {start.Elapsed.TotalSeconds:0.0} s after etcd's start.");
        Assert.DoesNotContain(website.Store.Keys.Keys, key => key.StartsWith("/services/website/", StringComparison.Ordinal));
        Assert.Equal(servers, await website.ServersAsync());

        await Task.WhenAll(website.Lab.Machines.Select(machine => machine.HealStoreAsync()));
        await website.Store.WaitAsync(
            keys => website.Lab.Machines.All(one => keys.ContainsKey(Website.AliveKey(one))) && units.Take(2).All(unit => keys.ContainsKey(Website.BackendKey(unit))) && keys.ContainsKey(Website.BalancerKey(website.MachineOf(Website.Balancer))),
            Website.Soon);
        TestContext.Current.SendDiagnosticMessage($"leases lost: gone and had anew {start.Elapsed.TotalSeconds:0.0} s after etcd's start");
        await website.AppliedAsync(units.Take(2).Select(Website.BackendKey).MaxBy(key => website.Store.Keys[key].ModRevision)!);

        // A loss that was only noted when they came back would be proven by then.
        await Task.Delay(LongerThanALease, TestContext.Current.CancellationToken);

        Assert.All(Leases(), lease => Assert.NotEqual(leases[lease.Key], lease.Value));
        Assert.Equal(servers, await website.ServersAsync());
        Assert.Equal(placements, website.Placements());
        Assert.Equal(facts, await Task.WhenAll(units.Select(website.ContainerOfAsync)));
        Website.AssertServed(await traffic.StopAsync());
    }

    [Fact]
    public async Task A_web_server_that_crashes_comes_back_and_no_visitor_notices()
    {
        await website.ServeAsync();
        var before = await website.ContainerOfAsync(Website.Web1);
        var machine = website.MachineOf(Website.Web1);
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Website.Soon);

        await machine.DockerAsync("kill", "nginx1");
        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Website.Soon);

        Assert.Equal(machine, website.MachineOf(Website.Web1));
        Assert.NotEqual(before, await website.ContainerOfAsync(Website.Web1));
        Website.AssertServed(await traffic.StopAsync());
    }

    [Fact]
    public async Task A_machine_that_loses_power_loses_its_unit_to_the_spare_one_and_takes_nothing_back()
    {
        await website.ServeAsync();
        var dead = website.MachineOf(Website.Web2);
        var spare = website.SpareMachine();
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx2", Website.Soon);

        await dead.PowerOffAsync();
        var watch = Stopwatch.StartNew();
        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.AliveKey(dead)), Website.Soon);
        Assert.False(website.Store.Keys.TryGetValue(Website.BackendKey(Website.Web2), out var stale) && stale.Value.StartsWith(dead.Plan.Address, StringComparison.Ordinal));
        await website.Store.WaitAsync(
            keys => keys.TryGetValue(Website.BackendKey(Website.Web2), out var key) && key.Value == $"{spare.Plan.Address}:80", LossAndMove);
        await traffic.NextAsync(outcome => outcome.Body == "nginx2", Website.Soon);
        TestContext.Current.SendDiagnosticMessage(
            $"power loss: serving on the spare machine {watch.Elapsed.TotalSeconds:0.0} s after, " +
            $"slowest request {traffic.Outcomes.Max(outcome => outcome.Milliseconds):0} ms");
        Website.AssertServed(await traffic.StopAsync());

        await dead.PowerOnAsync();
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.AliveKey(dead)), Website.Soon);
        await Task.Delay(LongerThanALease, TestContext.Current.CancellationToken);
        Assert.Equal(spare, website.MachineOf(Website.Web2));
    }

    [Fact]
    public async Task A_machine_that_was_cut_off_gives_way_to_the_spare_one_when_it_returns()
    {
        await website.ServeAsync();
        var cut = website.MachineOf(Website.Web2);
        var spare = website.SpareMachine();
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx2", Website.Soon);

        await cut.CutLinkAsync();
        await website.Store.WaitAsync(
            keys => keys.TryGetValue(Website.BackendKey(Website.Web2), out var key) && key.Value == $"{spare.Plan.Address}:80", LossAndMove);
        Assert.Equal("true", await IsRunningAsync(cut, "nginx2"));
        await traffic.NextAsync(outcome => outcome.Body == "nginx2", Website.Soon);

        // Docker tells when the container ends; without its link the machine is reached by its socket all the same.
        var ended = cut.DockerAsync("wait", "nginx2");
        await cut.HealLinkAsync();
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.AliveKey(cut)), Website.Soon);
        await ended.WaitAsync(DrainAndStop, TestContext.Current.CancellationToken);

        Assert.Equal(spare, website.MachineOf(Website.Web2));
        Assert.Equal($"{spare.Plan.Address}:80", website.Store.Keys[Website.BackendKey(Website.Web2)].Value);
        Website.AssertServed(await traffic.StopAsync());
    }

    private static async Task<string> IsRunningAsync(Machine machine, string container) =>
        (await machine.DockerAsync("inspect", "--format", "{{.State.Running}}", container)).Trim();

    private Dictionary<string, long> Leases() =>
        website.Lab.Machines.ToDictionary(machine => machine.Plan.Name, machine => website.Store.Keys[Website.AliveKey(machine)].Lease);
}
