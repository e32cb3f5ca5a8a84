using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>Units as they were written for fleet run unchanged: containers, side-kicks that announce them in etcd, and a balancer whose config they write.</summary>
[Collection(OneWebsite.Name)]
public sealed class FleetEraTests(Website website)
{
    private const string Worker = "worker.service";

    [Fact]
    public async Task The_website_of_the_tutorials_serves_follows_its_servers_and_leaves_nothing()
    {
        await using var era = await FleetEra.BeginAsync(website);
        await era.StartAsync("nginx@{1,2}.service");
        await era.StartAsync("nginx-discovery@{1,2}.service");
        string[] backends = [.. new[] { 1, 2 }.Select(number => $"{website.MachineOf($"nginx@{number}.service").Plan.Address}:80")];
        await era.ExpectKeyAsync("/services/website/nginx-1", backends[0]);
        await era.ExpectKeyAsync("/services/website/nginx-2", backends[1]);
        Assert.Equal(website.MachineOf("nginx@1.service"), website.MachineOf("nginx-discovery@1.service"));

        await era.StartAsync(FleetEra.Balancer, "nginx-lb-watch.service");
        var balancer = website.MachineOf(FleetEra.Balancer);
        Assert.Equal(
            " upstream website {\n   include /etc/nginx/conf.d/website.servers;\n }\n log_format served \"$remote_addr -> $upstream_addr\";\n server {\n   listen 80;\n"
            + $"   add_header X-Balancer \"nginx-lb on {balancer.Plan.Name} (100%)\" always;\n   location / {{\n     proxy_pass http://website;\n     proxy_connect_timeout 500ms;\n   }}\n }}\n",
            await balancer.RunAsync("cat", "/home/core/nginx/default.conf"));
        await AnswersAsync(balancer, "nginx-1", "nginx-2");
        Assert.Contains($"X-Balancer: nginx-lb on {balancer.Plan.Name} (100%)", await balancer.ShellAsync("curl -fsi http://$COREOS_PRIVATE_IPV4/"), StringComparison.Ordinal);

        await era.StopAsync("nginx-discovery@1.service");
        await era.ExpectKeyAsync("/services/website/nginx-1", null);
        await AnswersAsync(balancer, "nginx-2");

        await era.StopAsync("nginx-lb-watch.service", FleetEra.Balancer, "nginx-discovery@2.service", "nginx@{1,2}.service");
        await era.ExpectKeyAsync("/services/website/nginx-2", null);
        foreach (var machine in website.Lab.Machines)
        {
            Assert.Equal("", await machine.DockerAsync("ps", "--quiet"));

            // Docker's own helpers end a moment after their container.
            await UntilAsync(async () => (await era.NewProcessesAsync(machine)).Count == 0, $"{machine.Plan.Name} to have no process left");
        }
    }

    [Fact]
    public async Task Processes_outlive_their_agent_and_the_next_one_goes_on_with_them()
    {
        await using var era = await FleetEra.BeginAsync(website);
        await era.StartAsync("nginx@1.service", "nginx-discovery@1.service", Worker);
        var (web, work) = (website.MachineOf("nginx@1.service"), website.MachineOf(Worker));
        await era.ExpectKeyAsync("/services/website/nginx-1", $"{web.Plan.Address}:80");
        var sideKick = await era.ProcessAsync(web, "while true; do    if curl");
        var worker = await era.ProcessAsync(work, "-c n=0;");
        await work.RunAsync("kill", "-HUP", worker);

        await RestartAgentAsync(web);
        await RestartAgentAsync(work);

        Assert.Equal(sideKick, await era.ProcessAsync(web, "while true; do    if curl"));
        Assert.Equal(worker, await era.ProcessAsync(work, "-c n=0;"));
        await work.RunAsync("kill", "-HUP", worker);
        await UntilAsync(async () => (await website.ProcessLogAsync(Worker)).Contains("signal 2", StringComparison.Ordinal), "the second signal in the log");
        Assert.Equal([$"started as {worker}", $"signal 1 of {worker}", $"signal 2 of {worker}"], (await website.ProcessLogAsync(Worker)).Split('\n', StringSplitOptions.RemoveEmptyEntries));

        await work.RunAsync("kill", "-USR1", worker);
        await EndedWithSevenAsync(work);
    }

    [Fact]
    public async Task The_exit_of_a_process_while_no_agent_runs_is_known_to_the_next_one()
    {
        await using var era = await FleetEra.BeginAsync(website);
        await era.StartAsync(Worker);
        var machine = website.MachineOf(Worker);
        var worker = await era.ProcessAsync(machine, "-c n=0;");

        await machine.KillAgentAsync();
        await machine.RunAsync("kill", "-USR1", worker);
        await UntilAsync(async () => (await era.NewProcessesAsync(machine)).All(process => !process.StartsWith(worker + " ", StringComparison.Ordinal)), "the worker to end");
        await machine.StartAgentAsync();

        await EndedWithSevenAsync(machine);
    }

    private async Task RestartAgentAsync(Machine machine)
    {
        await machine.KillAgentAsync();
        await website.StartAgentAsync(machine);
    }

    /// <summary>Restart=on-failure has taken notice of the exit code.</summary>
    private async Task EndedWithSevenAsync(Machine machine) => await website.Store.WaitAsync(
        keys => keys.ContainsKey(Website.StatusKey(machine, Worker)) && Website.Read(keys, Website.StatusKey(machine, Worker)) is var status
            && status.GetProperty("sub").GetString() == "auto-restart" && status.GetProperty("exitCode").GetInt64() == 7,
        Website.Soon);

    /// <summary>Waits until the balancer's requests are answered by these and by no other.</summary>
    private async Task AnswersAsync(Machine balancer, params string[] names)
    {
        var script = "for i in 1 2 3 4 5 6; do curl -s -m 2 http://$COREOS_PRIVATE_IPV4/; done | sort -u";
        await UntilAsync(
            async () => (await balancer.ShellAsync(script)).Split('\n', StringSplitOptions.RemoveEmptyEntries).SequenceEqual(names, StringComparer.Ordinal),
            $"answers of {string.Join(" and ", names)}");
    }

    private static Task UntilAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(condition, Website.Soon, what, TestContext.Current.CancellationToken);
}
