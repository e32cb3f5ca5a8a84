namespace HaWeb.Tests.Lab;

[Collection(OneWebsite.Name)]
public sealed class DiscoveryTests(Website website)
{
    [Fact]
    public async Task Any_tool_reads_the_address_of_a_web_server_in_etcd()
    {
        await website.ServeAsync();

        var read = await website.Lab.Client.EtcdctlAsync("get", "--print-value-only", "/services/website/nginx@1");

        Assert.Equal($"{website.MachineOf(Website.Web1).Plan.Address}:80", read.Trim());
    }

    [Fact]
    public async Task An_unhealthy_web_server_is_withdrawn_and_comes_back_and_is_never_restarted()
    {
        await website.ServeAsync();
        var machine = website.MachineOf(Website.Web1);
        var container = await website.ContainerOfAsync(Website.Web1);

        await machine.DockerAsync("exec", "nginx1", "mv", "/usr/share/nginx/html/index.html", "/tmp/index.html");
        await website.Store.WaitAsync(keys => !keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);
        await machine.DockerAsync("exec", "nginx1", "mv", "/tmp/index.html", "/usr/share/nginx/html/index.html");
        await website.Store.WaitAsync(keys => keys.ContainsKey(Website.BackendKey(Website.Web1)), Website.Soon);

        Assert.Equal(container, await website.ContainerOfAsync(Website.Web1));
    }

    [Fact]
    public async Task A_stopped_web_server_is_withdrawn_and_no_visitor_notices()
    {
        await website.ServeAsync();
        await using var traffic = website.StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Website.Soon);

        await website.OperateAsync("Stop-HaUnit nginx@1.service");

        Assert.DoesNotContain(Website.BackendKey(Website.Web1), website.Store.Keys.Keys);
        Website.AssertServed(await traffic.StopAsync());
    }
}
