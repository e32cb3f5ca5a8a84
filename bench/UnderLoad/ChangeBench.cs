using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>Measures how long a change of a backend takes to reach visitors: by an agent's nginx in a container, and by one on a machine itself.</summary>
internal static class ChangeBench
{
    private const int Times = 44;
    private const string Key = "/services/changing/only";
    private const string ContainerConfig = "/etc/nginx/conf.d/default.conf";
    private const string HostConfig = "/run/changing/site.conf";
    private const string HostMainFile = "/run/changing/nginx.conf";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const string HostMain = """
        worker_processes auto;
        error_log /run/changing/error.log notice;
        pid /run/changing/nginx.pid;
        events {
            worker_connections 1024;
        }
        http {
            include /run/changing/site.conf;
        }

        """;

    private const string Unit = """
        [Service]
        ExecStart=/usr/bin/docker run --name changing -p 8081:80 nginx:latest nginx -g "daemon off; worker_shutdown_timeout 8s;"
        ExecStop=/usr/bin/docker stop changing
        [X-HaWeb]
        LoadBalancer=changing
        """;

    private const string Publish =
        "Watch-HaBackends changing | New-HaLoadBalancerConfig -Listen 8082 | Publish-HaLoadBalancerConfig -Path /run/changing/site.conf -PidFile /run/changing/nginx.pid | Out-Null";

    /// <summary>Measures, and prints a row for each.</summary>
    public static async Task RunAsync(HaWebSite site)
    {
        await site.ServeAsync();
        await site.Lab.Client.EtcdctlAsync("put", Key, Backend(site, "web1").Address);
        Console.WriteLine(ChangeTimes.Head);

        await site.OperateAsync($"Import-HaUnit -Name changing.service -Content '{Unit}'; Start-HaUnit changing.service");
        var machine = site.Lab.Machines.Single(one => site.Store.Keys.ContainsKey($"/haweb/v1/placements/{one.Plan.Id}/changing.service"));
        var container = (await machine.DockerAsync("inspect", "--format", "{{.Id}}", "changing")).Trim();
        await MeasureAsync(site, machine, 8081, ContainerConfig, "in a container", id => Text(id, "cgroup").Contains(container, StringComparison.Ordinal));

        await site.OperateAsync("Remove-HaUnit changing.service");
        machine.SetRunFile("changing/nginx.conf", HostMain);
        machine.SetRunFile("changing/site.conf", "");
        await machine.RunAsync("nginx", "-c", HostMainFile);
        using var publishing = machine.StartPowerShell(Publish);
        await site.Store.WaitAsync(keys => keys.Any(key => key.Key.Contains("/balancers/", StringComparison.Ordinal) && !key.Key.EndsWith(".service", StringComparison.Ordinal) && !key.Value.Value.Contains("\"applied\":0", StringComparison.Ordinal)), Soon);
        await MeasureAsync(site, machine, 8082, HostConfig, "on the host", id => Text(id, "cmdline").Contains(HostMainFile, StringComparison.Ordinal));
        publishing.Kill();
        await publishing.WaitForExitAsync();
    }

    private static async Task MeasureAsync(HaWebSite site, Machine machine, int port, string config, string place, Func<int, bool> isItsOwn)
    {
        var store = (machine.Plan.HasStore ? machine : site.Lab.Machines[0]).Plan.StoreEndpoint;
        var master = Process.GetProcesses().Select(process => process.Id)
            .Single(id => Text(id, "cmdline").StartsWith("nginx: master", StringComparison.Ordinal) && isItsOwn(id));
        var plan = new ChangePlan(
            new UriBuilder("http", machine.Plan.Address, port).Uri, new Uri(store), Key, master, config, Backend(site, "web1"), Backend(site, "web2"), Times);
        var result = await site.Lab.Client.RunAsync(
            [Path.Combine(AppContext.BaseDirectory, "HaWeb.Bench.UnderLoad"), "change", JsonSerializer.Serialize(plan)], Limit);
        if (result.ExitCode != 0)
        {
            throw new LabException(result.Error);
        }

        Console.WriteLine(JsonSerializer.Deserialize<ChangeTimes>(result.Output)!.Row(place));
    }

    private static ChangeBackend Backend(HaWebSite site, string server) => new(server, $"{site.MachineOf(server).Plan.Address}:80");

    private static string Text(int process, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
