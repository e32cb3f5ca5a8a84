using HaWeb.Core.Operations;
using HaWeb.Lab;
using HaWeb.Tests.Lab.Scenarios;

namespace HaWeb.Tests.Lab;

/// <summary>Machines that are cut off from etcd and from nothing else: visitors still reach what they run, and nobody can tell whether they are lost.</summary>
[Collection(OneWebsite.Name)]
public sealed class CutOffTests(Website website) : IAsyncLifetime
{
    // It takes no notice of SIGTERM, as the first process of its container.
    private const string OnceUnit = "cutoff-once.service";
    private const string OnceText = """
        [Service]
        ExecStart=/usr/bin/docker run --name cutoff-once nginx:latest sleep 1000000
        ExecStop=/usr/bin/docker stop -t 1 cutoff-once
        [X-Fleet]
        MachineOf=nginx@2.service
        [X-HaWeb]
        OnIsolation=stop
        """;

    private const string BriefUnit = "cutoff-brief.service";
    private const string BriefText = """
        [Service]
        ExecStart=/usr/bin/docker run --name cutoff-brief -p 80:80 nginx:latest sh -c 'echo brief > /usr/share/nginx/html/index.html && exec nginx -g "daemon off;"'
        ExecStop=/usr/bin/docker stop cutoff-brief
        [X-Fleet]
        Conflicts=nginx*
        [X-HaWeb]
        Service=website
        HealthCheck=http://:80/
        DrainTimeout=1s
        """;

    private const string RoamingUnit = "cutoff-roaming.service";
    private const string RoamingText = """
        [Service]
        ExecStart=/usr/bin/docker run --name cutoff-roaming nginx:latest sleep 1000000
        ExecStop=/usr/bin/docker stop -t 1 cutoff-roaming
        """;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(1);

    // What the engine gives a machine to stop what must not run twice (PROTOCOL.md section 4), and when the machine's agent kills it.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TimeToKill = TimeSpan.FromSeconds(5);

    // A lease's end, the proof that it is a loss, which takes another lease's time after a change of leaders, and what comes of it.
    private static readonly TimeSpan LossAndMove = TimeSpan.FromSeconds(60);

    public async ValueTask InitializeAsync() => await website.ServeAsync();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(website.Lab.Machines.Select(machine => machine.MendAsync()));
        await website.Store.WaitAsync(keys => website.Lab.Machines.All(one => keys.ContainsKey(Website.AliveKey(one))), Website.Soon);
        await website.OperateAsync("Remove-HaUnit cutoff-*");
    }

    [Fact]
    public async Task A_machine_goes_on_with_what_may_run_twice_and_ends_what_may_not_before_that_runs_elsewhere()
    {
        await StartAsync(OnceUnit, OnceText);
        var cut = website.MachineOf(Website.Web2);
        var spare = website.SpareMachine();
        Assert.Equal(cut, website.MachineOf(OnceUnit));
        var older = await website.ContainerOfAsync(Website.Web2);
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx2", Website.Soon);

        var begin = DateTimeOffset.UtcNow;
        await cut.CutStoreAsync();
        var end = DateTimeOffset.UtcNow;
        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.AliveKey(cut)), Website.Soon);
        var gone = DateTimeOffset.UtcNow;
        await website.Store.WaitAsync(
            keys => keys.TryGetValue(Website.BackendKey(Website.Web2), out var key) && key.Value == $"{spare.Plan.Address}:80", LossAndMove);
        var moved = DateTimeOffset.UtcNow;
        await website.Store.WaitAsync(keys => Website.Is("active", keys, spare, OnceUnit), LossAndMove);

        // Keep-alives are sent every third of a lease.
        var signalled = await cut.SignalledAsync("cutoff-once", begin);
        var died = await cut.DiedAsync("cutoff-once", begin);
        var again = await StartOfAsync(OnceUnit, spare);
        Report(
            $"cut off from etcd: lease gone after {Seconds(begin, gone)}, OnIsolation=stop asked to end after {Seconds(begin, signalled)} and ended after {Seconds(begin, died)}, " +
            $"OnIsolation=keep serving elsewhere after {Seconds(begin, moved)}, OnIsolation=stop after {Seconds(begin, again)}");
        Assert.InRange(signalled, begin + (Lease * 2 / 3) - Shortly, end + Lease + Shortly);
        Assert.True(signalled < gone + Shortly);
        Assert.InRange(died - signalled, TimeToKill - Shortly, TimeToKill + Shortly);
        Assert.True(again - gone >= TimeToStop);
        Assert.True(died < again);
        Assert.True(moved < again);
        Assert.Equal(older, await Website.ContainerOfAsync(Website.Web2, cut));
        Assert.Equal("nginx2", (await website.Lab.Client.GetAsync($"http://{cut.Plan.Address}/")).Body);

        // The newer generation wins.
        var newer = await website.ContainerOfAsync(Website.Web2);
        var once = await website.ContainerOfAsync(OnceUnit);
        var ended = cut.DockerAsync("wait", older.Id);
        await cut.HealStoreAsync();
        await ended;
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.AliveKey(cut)), Website.Soon);
        Assert.Equal((newer, once), (await Website.ContainerOfAsync(Website.Web2, spare), await Website.ContainerOfAsync(OnceUnit, spare)));
        Assert.DoesNotContain("cutoff-once", await cut.DockerAsync("ps", "--format", "{{.Names}}"), StringComparison.Ordinal);
        AssertServed(await traffic.StopAsync(), "nginx1", "nginx2");
    }

    [Fact]
    public async Task A_balancer_goes_on_with_its_last_set_holds_up_no_stop_for_long_and_catches_up()
    {
        // It takes the only machine that would take the balancer too.
        await StartAsync(BriefUnit, BriefText);
        var cut = website.MachineOf(Website.Balancer);
        var brief = website.MachineOf(BriefUnit);
        var web1 = website.MachineOf(Website.Web1);
        await website.LeadElsewhereAsync(cut);
        var container = await website.ContainerOfAsync(Website.Balancer);

        // What an operator does has to be done before the lease ends: the client is connected by then.
        await using var cluster = new LabCluster(website);
        await cluster.DoAsync(new StartUnits([BriefUnit]));
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "brief", Website.Soon);

        // Two stops are to wait for it: one for DrainTimeout, the other until its key goes with its lease.
        var begin = DateTimeOffset.UtcNow;
        await cut.CutStoreAsync();
        Assert.Empty(await cluster.DoAsync(new StopUnits([BriefUnit, Website.Web1])));
        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.BackendKey(BriefUnit)) && !keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);
        var withdrawn = DateTimeOffset.UtcNow;
        var keys = await website.Store.WaitAsync(keys => Website.Is("inactive", keys, brief, BriefUnit), Website.Soon);
        var briefEnd = await brief.DiedAsync("cutoff-brief", begin);
        Assert.Contains(Website.BalancerKey(cut), keys);
        Assert.True(Website.Is("deactivating", keys, web1, Website.Web1));
        Assert.InRange(briefEnd - withdrawn, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3));
        Assert.Contains($"stops after 1 s although {cut.Plan.Id}/{Website.Balancer} has not drained it", brief.LastWords("agent", 50), StringComparison.Ordinal);

        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.BalancerKey(cut)), Website.Soon);
        var gone = DateTimeOffset.UtcNow;
        await website.Store.WaitAsync(keys => Website.Is("inactive", keys, web1, Website.Web1), Website.Soon);
        var web1End = await web1.DiedAsync("nginx1", begin);
        Assert.InRange(web1End - gone, -Shortly, 3 * Shortly);
        Report($"a balancer cut off: a stop with DrainTimeout=1s was signalled after {Seconds(withdrawn, briefEnd)}, one with 30s after {Seconds(withdrawn, web1End)}, when the balancer's lease was gone");

        // Visitors go on, and what is started again at its address is found.
        Assert.Empty(await cluster.DoAsync(new StartUnits([Website.Web1])));
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Website.Soon);
        Assert.Contains($"{brief.Plan.Address}:80", await Website.ServersAsync(cut));

        // Until its loss is proven.
        await Task.Delay(Lease, TestContext.Current.CancellationToken);
        var healed = DateTimeOffset.UtcNow;
        await cut.HealStoreAsync();
        await website.Store.WaitAsync(
            keys => keys.ContainsKey(Website.BalancerKey(cut))
                && Website.Read(keys, Website.BalancerKey(cut)).GetProperty("applied").GetInt64() >= keys[Website.BackendKey(Website.Web1)].ModRevision,
            Website.Soon);
        Report($"it caught up {Seconds(healed, DateTimeOffset.UtcNow)} after its return");
        Assert.DoesNotContain($"{brief.Plan.Address}:80", await website.ServersAsync());
        Assert.Equal(container, await website.ContainerOfAsync(Website.Balancer));
        Assert.Equal(cut, website.MachineOf(Website.Balancer));
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Website.Soon);
        AssertServed(await traffic.StopAsync(), "brief", "nginx1", "nginx2");
    }

    [Fact]
    public async Task A_majority_is_held_until_it_returns_or_an_operator_says_that_it_is_lost()
    {
        await StartAsync(RoamingUnit, RoamingText);
        var balancer = website.MachineOf(Website.Balancer);
        var roaming = website.MachineOf(RoamingUnit);
        Assert.NotEqual(balancer, roaming);
        Machine[] cut = [.. website.Lab.Machines.Where(machine => machine != balancer)];
        string[] units = [Website.Web1, Website.Web2, Website.Balancer];
        var facts = await Task.WhenAll(units.Select(website.ContainerOfAsync));
        var older = await website.ContainerOfAsync(RoamingUnit);
        var placements = website.Placements();
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Website.Soon);

        await HoldAsync(cut);
        await website.Store.WaitAsync(keys => Stale(keys, balancer), Website.Soon);
        var said = await website.OperateAsync($"(Get-HaCluster).Holding; \"stale: $((Get-HaLoadBalancer {Website.Balancer}).Stale)\"");
        Assert.Contains("3 machines vanished together", said[0], StringComparison.Ordinal);
        Assert.Equal("stale: website", said[1]);

        // If they were lost, that would be proven by then.
        await Task.Delay(Lease + Shortly, TestContext.Current.CancellationToken);
        Assert.Equal(placements, website.Placements());
        await Task.WhenAll(cut.Select(machine => machine.HealStoreAsync()));
        await website.Store.WaitAsync(keys => !IsHolding(keys) && IsBack(keys) && !Stale(keys, balancer), Website.Soon);
        Assert.Equal(placements, website.Placements());
        Assert.Equal(facts, await Task.WhenAll(units.Select(website.ContainerOfAsync)));

        // Only the balancer's machine is there, and it takes no web server: those wait for a machine, and go on meanwhile.
        await HoldAsync(cut);
        Assert.Equal([""], (await website.OperateAsync("Resume-HaCluster; \"[$((Get-HaCluster).Holding)]\"")).Select(line => line.Trim('[', ']')));
        await website.Store.WaitAsync(keys => Website.Is("active", keys, balancer, RoamingUnit), LossAndMove);
        Assert.Equal(older, await Website.ContainerOfAsync(RoamingUnit, roaming));
        var newer = await website.ContainerOfAsync(RoamingUnit);
        var ended = roaming.DockerAsync("wait", older.Id);
        var healed = DateTimeOffset.UtcNow;
        await Task.WhenAll(cut.Select(machine => machine.HealStoreAsync()));
        await ended;
        await website.Store.WaitAsync(keys => IsBack(keys) && !Stale(keys, balancer), LossAndMove);
        Report($"a hold that an operator had ended: all serve again {Seconds(healed, DateTimeOffset.UtcNow)} after their machines' return");

        Assert.Equal(newer, await Website.ContainerOfAsync(RoamingUnit, balancer));
        Assert.Equal(facts[2], await website.ContainerOfAsync(Website.Balancer));
        AssertServed(await traffic.StopAsync(), "nginx1", "nginx2");

        bool IsBack(IReadOnlyDictionary<string, StoreKey> keys) =>
            cut.All(machine => keys.ContainsKey(Website.AliveKey(machine))) && keys.ContainsKey(Website.BackendKey(Website.Web1)) && keys.ContainsKey(Website.BackendKey(Website.Web2));
    }

    private static bool Stale(IReadOnlyDictionary<string, StoreKey> keys, Machine balancer) =>
        Website.Read(keys, Website.BalancerKey(balancer)).TryGetProperty("stale", out var stale) && stale.GetArrayLength() > 0;

    private static bool IsHolding(IReadOnlyDictionary<string, StoreKey> keys) =>
        !keys.ContainsKey("/haweb/v1/engine")
        || (Website.Read(keys, "/haweb/v1/engine").TryGetProperty("holdingMachines", out var machines) && machines.GetArrayLength() > 0);

    private static async Task<DateTimeOffset> StartOfAsync(string unit, Machine machine) =>
        DateTimeOffset.Parse((await Website.ContainerOfAsync(unit, machine)).StartedAt, System.Globalization.CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset from, DateTimeOffset to) => $"{(to - from).TotalSeconds:0.0} s";

    private static void Report(string what) => TestContext.Current.SendDiagnosticMessage(what);

    private static void AssertServed(IReadOnlyList<RequestOutcome> outcomes, params string[] servers)
    {
        Assert.Empty(outcomes.Where(outcome => !outcome.Succeeded || outcome.Milliseconds > 3000).Select(outcome => outcome.ToLine()));
        Assert.Equal(servers, outcomes.Select(outcome => outcome.Body).Distinct().Order(StringComparer.Ordinal));
        Report($"{outcomes.Count} requests, none failed, slowest {outcomes.Max(outcome => outcome.Milliseconds):0} ms");
    }

    private async Task StartAsync(string unit, string text)
    {
        await website.OperateAsync($"Import-HaUnit -Name {unit} -Content '{text.Replace("'", "''", StringComparison.Ordinal)}'; Start-HaUnit {unit}");
        await website.Store.WaitAsync(keys => Website.Is("active", keys, website.MachineOf(unit), unit), Website.Soon);
    }

    /// <summary>Cuts machines off and waits until the engine says that it holds for all of them.</summary>
    private async Task HoldAsync(Machine[] cut)
    {
        await Task.WhenAll(cut.Select(machine => machine.CutStoreAsync()));
        await website.Store.WaitAsync(
            keys => keys.ContainsKey("/haweb/v1/engine") && IsHolding(keys)
                && Website.Read(keys, "/haweb/v1/engine").GetProperty("holdingMachines").GetArrayLength() == cut.Length,
            Website.Soon);
    }
}
