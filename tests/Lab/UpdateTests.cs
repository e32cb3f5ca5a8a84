namespace HaWeb.Tests.Lab;

/// <summary>Rolling updates of the two web servers under requests: none is lost, whatever comes of the update.</summary>
[Collection(OneWebsite.Name)]
public sealed class UpdateTests(Website website)
{
    private const string Template = "nginx@.service";

    // The file of the example with a change of [Service], so that every instance restarts.
    private const string NewFile = "(Get-HaUnitFile nginx@).Content.Replace('--name nginx%i', '--name nginx%i -e RELEASE=2')";

    private const string TakeBack = "if (\"$((Get-HaUnitFile nginx@).Content)\".Contains('RELEASE=2')) { Update-HaUnit nginx@ -Rollback -MinHealthyTime 2s | Out-Null }";

    [Fact]
    public async Task A_rolling_update_and_its_way_back_lose_no_request()
    {
        await website.ServeAsync();
        var machines = (website.MachineOf(Website.Web1), website.MachineOf(Website.Web2));
        var before = await ContainersAsync();
        await using var traffic = website.StartTraffic();
        try
        {
            var told = await website.OperateAsync($"Update-HaUnit nginx@ -Content ({NewFile}) -MinHealthyTime 2s | ForEach-Object {{ \"$_\" }}");

            Assert.Equal("nginx@.service done, 2 of 2 done", told[^1]);
            Assert.Contains("nginx@.service running, 1 of 2 done", told);
            Assert.All((await ContainersAsync()).Zip(before), pair => Assert.NotEqual(pair.First, pair.Second));
            Assert.Contains("RELEASE=2", await machines.Item1.DockerAsync("inspect", "--format", "{{.Config.Env}}", "nginx1"), StringComparison.Ordinal);
        }
        finally
        {
            await website.OperateAsync(TakeBack);
        }

        Assert.DoesNotContain("RELEASE=2", await machines.Item2.DockerAsync("inspect", "--format", "{{.Config.Env}}", "nginx2"), StringComparison.Ordinal);
        Assert.Equal(machines, (website.MachineOf(Website.Web1), website.MachineOf(Website.Web2)));
        Website.AssertServed(await traffic.StopAsync());
    }

    [Fact]
    public async Task An_image_that_nobody_has_is_taken_back_and_no_visitor_notices()
    {
        await website.ServeAsync();
        var web2 = await website.ContainerOfAsync(Website.Web2);
        await using var traffic = website.StartTraffic();

        var told = await website.OperateAsync(
            "Update-HaUnit nginx@ -Image 127.0.0.1:1/none:1 -MinHealthyTime 2s -ErrorAction SilentlyContinue -ErrorVariable problems | Out-Null; $problems | ForEach-Object { \"$_\" }");

        Assert.Contains("was rolled back: nginx@1.service failed on", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(web2, await website.ContainerOfAsync(Website.Web2));
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);
        Website.AssertServed(await traffic.StopAsync());
    }

    [Fact]
    public async Task A_leader_that_is_killed_in_the_middle_is_followed_by_one_that_goes_on()
    {
        await website.ServeAsync();

        // Where machines are slow an agent is away for longer than its lease, and the balancer with it: then visitors would notice.
        await website.LeadElsewhereAsync(website.MachineOf(Website.Balancer));
        await using var traffic = website.StartTraffic();
        try
        {
            await website.OperateAsync($"Update-HaUnit nginx@ -Content ({NewFile}) -MinHealthyTime 3s -NoWait | Out-Null");
            await website.Store.WaitAsync(keys => Website.Read(keys, $"/haweb/v1/updates/{Template}").GetProperty("steps").GetArrayLength() > 0, Website.Soon);
            var leader = website.Leader;
            await leader.KillAgentAsync();
            await website.Store.WaitAsync(keys => keys.ContainsKey("/haweb/v1/engine") && website.Leader != leader, Website.Soon);
            await leader.StartAgentAsync();

            Assert.Equal("nginx@.service done, 2 of 2 done", (await website.OperateAsync("Update-HaUnit nginx@ | ForEach-Object { \"$_\" }"))[^1]);
        }
        finally
        {
            await website.OperateAsync(TakeBack);
        }

        Website.AssertServed(await traffic.StopAsync());
    }

    private async Task<ContainerFacts[]> ContainersAsync() => await Task.WhenAll(new[] { Website.Web1, Website.Web2 }.Select(website.ContainerOfAsync));
}
