using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>Expiry is not withdrawal: what becomes of the last backend of a service depends on how it goes.</summary>
[Collection(OneWebsite.Name)]
public sealed class LastBackendTests(Website website) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await website.ServeAsync();

    public async ValueTask DisposeAsync() => await website.OperateAsync("Get-HaMachine | Resume-HaMachine");

    [Fact]
    public async Task One_that_is_lost_stays_and_one_that_is_stopped_leaves_the_answer_for_none()
    {
        var lost = website.MachineOf(Website.Web2);
        var spare = website.SpareMachine();
        var balancer = website.MachineOf(Website.Balancer);
        await website.OperateAsync($"Suspend-HaMachine {spare.Plan.Name}; Stop-HaUnit {Website.Web1}");
        Assert.Equal([$"{lost.Plan.Address}:80"], await website.ServersAsync());

        // Its machine goes, and its key with the lease.
        await lost.PowerOffAsync();
        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.BackendKey(Website.Web2)) && StaleServices(keys, balancer) == 1, Website.Soon);
        Assert.Equal([$"{lost.Plan.Address}:80"], await website.ServersAsync());
        Assert.Contains((await website.Lab.Client.GetAsync(website.Url)).Status, new int?[] { 502, 504 });
        Assert.Equal(["website"], await website.OperateAsync($"(Get-HaLoadBalancer {Website.Balancer}).Stale; Resume-HaMachine {spare.Plan.Name}"));
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.BackendKey(Website.Web2)) && StaleServices(keys, balancer) == 0, Website.Soon);
        Assert.Equal("nginx2", (await website.Lab.Client.GetAsync(website.Url)).Body);

        // An operator stops it.
        var said = await website.OperateAsync(
            $"try {{ Stop-HaUnit {Website.Web2} }} catch {{ \"$_\" }}; \"$((Get-HaBackend website).Count)\"; Stop-HaUnit {Website.Web2} -Force; \"stale: $((Get-HaLoadBalancer {Website.Balancer}).Stale)\"");
        Assert.Contains("-Force", said[0], StringComparison.Ordinal);
        Assert.Equal(["1", "stale:"], said[1..]);
        Assert.Equal(503, (await website.Lab.Client.GetAsync(website.Url)).Status);
        Assert.Empty(await website.ServersAsync());
    }

    private static int StaleServices(IReadOnlyDictionary<string, StoreKey> keys, Machine balancer) =>
        Website.Read(keys, Website.BalancerKey(balancer)).TryGetProperty("stale", out var stale) ? stale.GetArrayLength() : 0;
}
