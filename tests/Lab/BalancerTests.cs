namespace HaWeb.Tests.Lab;

[Collection(OneWebsite.Name)]
public sealed class BalancerTests(Website website)
{
    private const string Extra = "/services/website/by-hand";

    [Fact]
    public async Task Nginx_is_reloaded_when_a_backend_comes_or_goes_and_not_otherwise()
    {
        await website.ServeAsync();
        var reloads = await website.ReloadsAsync();
        var workers = await website.WorkersAsync();
        await using var traffic = website.StartTraffic();
        try
        {
            var twin = await website.StartTwinAsync();
            await website.PutAsync(Extra, twin);
            Assert.Equal(reloads + 1, await website.ReloadsAsync());
            Assert.NotEqual(workers, await website.WorkersAsync());

            workers = await website.WorkersAsync();
            await website.PutAsync(Extra, twin);
            Assert.Equal(reloads + 1, await website.ReloadsAsync());
            Assert.Equal(workers, await website.WorkersAsync());
        }
        finally
        {
            await website.DeleteAsync(Extra);
            await website.EndTwinAsync();
        }

        Website.AssertServed(await traffic.StopAsync());
    }

    [Fact]
    public async Task A_hostile_backend_value_is_reported_and_never_reaches_nginx()
    {
        await website.ServeAsync();
        var reloads = await website.ReloadsAsync();
        var config = await website.ConfigAsync();
        await using var traffic = website.StartTraffic();
        try
        {
            await website.PutAsync("/services/website/evil", "10.0.0.1:80; } server {");

            Assert.Equal(reloads, await website.ReloadsAsync());
            Assert.Equal(config, await website.ConfigAsync());
            var problems = await website.OperateAsync(
                "Get-HaBackend website -ErrorAction SilentlyContinue -ErrorVariable problems | Out-Null; $problems | ForEach-Object { \"$_\" }");
            Assert.Contains(problems, line => line.Contains("/services/website/evil", StringComparison.Ordinal));
        }
        finally
        {
            await website.DeleteAsync("/services/website/evil");
        }

        Website.AssertServed(await traffic.StopAsync());
    }
}
