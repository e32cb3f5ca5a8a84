using System.Text.Json;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>Two balancers that share an address: it is asked for at that address, and looked for on the machines' interfaces.</summary>
[Collection(OneWebsite.Name)]
public sealed class SharedAddressTests(Website website) : IAsyncLifetime
{
    private const string Address = "10.99.0.100";

    private const string Balancer = """
        [Service]
        ExecStart=/usr/bin/docker run --name lb%i -p 80:80 nginx:latest nginx -g 'daemon off; worker_shutdown_timeout 30s;'
        ExecStop=/usr/bin/docker stop lb%i
        Restart=always
        [X-Fleet]
        Conflicts=nginx@*.service lb@*.service
        [X-HaWeb]
        LoadBalancer=website
        ReadTimeout=2s
        VirtualIP=10.99.0.100/24
        """;

    private static readonly string[] Balancers = ["lb@1.service", "lb@2.service"];
    private static readonly TimeSpan MoveLimit = TimeSpan.FromSeconds(2);

    // An address is kept for as long as this, which is longer than a machine's lease.
    private static readonly TimeSpan LongerThanALease = TimeSpan.FromSeconds(15);

    public async ValueTask InitializeAsync()
    {
        await website.ServeAsync();
        await website.OperateAsync($"Stop-HaUnit {Website.Balancer} -Unload; Import-HaUnit -Name lb@ -Content '{Balancer.Replace("'", "''", StringComparison.Ordinal)}'; Start-HaUnit 'lb@{{1,2}}'");
        await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in website.Lab.Machines.Where(machine => !machine.IsOn))
        {
            await machine.PowerOnAsync();
        }

        await website.OperateAsync("Remove-HaUnit 'lb@{1,2}'; Remove-HaUnit lb@");
    }

    [Fact]
    public async Task The_machine_that_has_it_loses_power_and_the_other_one_has_it_within_two_seconds()
    {
        var holder = await HolderAsync();
        Assert.Equal([$"{holder.Plan.Id} holder {holder.Plan.Id}", $"{Other(holder).Plan.Id} ready {holder.Plan.Id}"], await ShownAsync());
        await using var traffic = StartTraffic();
        await traffic.NextAsync(outcome => outcome.Succeeded, Website.Soon);

        var off = DateTimeOffset.UtcNow;
        await holder.PowerOffAsync();
        var dead = DateTimeOffset.UtcNow;
        var back = await traffic.NextAsync(IsPrompt, Website.Soon);

        Report("balancer machine switched off", back.Sent - off);
        Assert.InRange(back.Sent - off, TimeSpan.Zero, MoveLimit);
        Assert.True(await Other(holder).HasAddressAsync(Address));
        await traffic.NextAsync(outcome => outcome.Sent > back.Sent + MoveLimit && outcome.Succeeded, Website.Soon);

        // What was in flight on the machine went with it.
        Assert.All(await traffic.StopAsync(), outcome => Assert.True(outcome.Succeeded || outcome.Sent < dead, outcome.ToLine()));
    }

    [Fact]
    public async Task Its_nginx_is_killed_and_the_other_one_has_it_and_keeps_it()
    {
        var holder = await HolderAsync();
        await using var traffic = StartTraffic();
        await traffic.NextAsync(outcome => outcome.Succeeded, Website.Soon);

        var killed = DateTimeOffset.UtcNow;
        await holder.DockerAsync("kill", Website.ContainerName(BalancerOn(holder)));
        var back = await traffic.NextAsync(IsPrompt, Website.Soon);

        Report("the balancer's nginx killed", back.Sent - killed);
        Assert.InRange(back.Sent - killed, TimeSpan.Zero, MoveLimit);
        await SettleAsync();
        Assert.Equal(Other(holder), await HolderAsync());
        Assert.All(await traffic.StopAsync(), outcome => Assert.True(outcome.Succeeded || (outcome.Sent > killed - MoveLimit && outcome.Sent < back.Sent), outcome.ToLine()));
    }

    [Fact]
    public async Task A_planned_stop_and_restarts_of_the_one_that_has_it_lose_no_request()
    {
        var first = await HolderAsync();
        await using var traffic = StartTraffic(milliseconds: 5);
        await traffic.NextAsync(outcome => outcome.Succeeded, Website.Soon);

        await website.OperateAsync($"Stop-HaUnit {BalancerOn(first)}");
        var second = await HolderAsync();
        Assert.Equal(Other(first), second);
        await website.OperateAsync("Start-HaUnit 'lb@{1,2}'");
        await SettleAsync();
        Assert.Equal(second, await HolderAsync());

        // The second restart has to wait until the balancer that was restarted first is ready again.
        await website.OperateAsync($"Restart-HaUnit {BalancerOn(second)}; Restart-HaUnit {BalancerOn(first)}");
        await SettleAsync();

        Assert.Equal(second, await HolderAsync());
        var outcomes = await traffic.StopAsync();
        Website.AssertServed(outcomes);
        TestContext.Current.SendDiagnosticMessage(
            $"a planned stop and two restarts of the holder: {outcomes.Count} requests, 0 failed, {outcomes.Count(outcome => outcome.Milliseconds > 900)} at the second try, slowest {outcomes.Max(outcome => outcome.Milliseconds):0} ms");
    }

    [Fact]
    public async Task Restarts_of_agents_and_an_outage_of_etcd_move_nothing()
    {
        var holder = await HolderAsync();
        var processes = await ProcessesAsync();
        Machine[] stores = [.. website.Lab.Machines.Where(machine => machine.Plan.HasStore)];
        await using var traffic = StartTraffic();
        await traffic.NextAsync(outcome => outcome.Succeeded, Website.Soon);

        await Task.WhenAll(stores.Select(machine => machine.StopEtcdAsync()));
        foreach (var machine in Balancers.Select(website.MachineOf))
        {
            await machine.KillAgentAsync();
            await machine.StartAgentAsync();
        }

        await Task.Delay(LongerThanALease, TestContext.Current.CancellationToken);
        Assert.True(await holder.HasAddressAsync(Address));
        await Task.WhenAll(stores.Select(machine => machine.StartEtcdAsync()));
        await website.Store.WaitAsync(keys => Balancers.Select(website.MachineOf).All(machine => keys.ContainsKey(Website.AliveKey(machine))), Website.Soon);
        await Task.Delay(LongerThanALease, TestContext.Current.CancellationToken);
        await SettleAsync();

        Assert.Equal(holder, await HolderAsync());
        Assert.Equal(processes, await ProcessesAsync());
        Website.AssertServed(await traffic.StopAsync());

        async Task<List<string>> ProcessesAsync() => [.. await Task.WhenAll(Balancers.Select(unit => website.MachineOf(unit).RunAsync("sh", "-c", "cat /run/haweb/*/keepalived/*.pid")))];
    }

    // One that was sent while nobody had the address is answered at the second try of its TCP, a second later.
    private static bool IsPrompt(RequestOutcome outcome) => outcome is { Succeeded: true, Milliseconds: < 500 };

    private static void Report(string what, TimeSpan moved) =>
        TestContext.Current.SendDiagnosticMessage($"{what}: the address answers at the other machine {moved.TotalSeconds:0.00} s after");

    private static string? RoleIn(IReadOnlyDictionary<string, StoreKey> keys, Machine machine, string unit)
    {
        if (!keys.TryGetValue($"/haweb/v1/balancers/{machine.Plan.Id}/{unit}", out var key))
        {
            return null;
        }

        using var record = JsonDocument.Parse(key.Value);
        return record.RootElement.TryGetProperty("addressRole", out var role) ? role.GetString() : null;
    }

    private Machine Other(Machine machine) => Balancers.Select(website.MachineOf).Single(other => other != machine);

    private string BalancerOn(Machine machine) => Balancers.Single(unit => website.MachineOf(unit) == machine);

    private Traffic StartTraffic(int milliseconds = 20) => website.Lab.Client.StartTraffic(
        new RequestPlan(new Uri($"http://{Address}/"), 20_000, TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromSeconds(10)));

    /// <summary>Waits until both balancers say what they are to the address: one has it, the other would take it.</summary>
    private async Task SettleAsync()
    {
        await website.Store.WaitAsync(
            keys => Balancers.SelectMany(unit => website.Lab.Machines.Select(machine => RoleIn(keys, machine, unit))).OfType<string>().Order(StringComparer.Ordinal).SequenceEqual(["holder", "ready"]),
            Website.Soon);
        await using var traffic = StartTraffic();
        await traffic.NextAsync(outcome => outcome.Succeeded, Website.Soon);
    }

    private async Task<Machine> HolderAsync()
    {
        var holders = new List<Machine>();
        foreach (var machine in website.Lab.Machines.Where(machine => machine.IsOn))
        {
            if (await machine.HasAddressAsync(Address))
            {
                holders.Add(machine);
            }
        }

        return Assert.Single(holders);
    }

    private async Task<IEnumerable<string>> ShownAsync() =>
        (await website.OperateAsync("Get-HaLoadBalancer lb@* | ForEach-Object { \"$($_.Machine) $($_.AddressRole) $($_.Holder)\" }")).OrderBy(line => line.Contains("ready", StringComparison.Ordinal));
}
