using System.Globalization;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>The example website in a lab, for all tests one after the other.</summary>
public sealed class Website() : LabFixture(new LabOptions { Name = "hatest" })
{
    private const string Twin = "twin";
    public const string Web1 = "nginx@1.service";
    public const string Web2 = "nginx@2.service";
    public const string Balancer = "nginx-loadbalancer.service";
    private static readonly string Examples = Path.Combine(Repository.Folder!, "examples", "website");

    /// <summary>The machine whose agent is the engine.</summary>
    public Machine Leader => Lab[Read(Store.Keys, "/haweb/v1/engine").GetProperty("machine").GetString()!];

    public string Url => $"http://{MachineOf(Balancer).Plan.Address}/";

    /// <summary>
    /// Repairs what an earlier test broke or removed, and waits until the two web servers and the balancer serve: what every test starts from.
    /// </summary>
    public async Task ServeAsync()
    {
        await Task.WhenAll(Lab.Machines.Select(machine => machine.MendAsync()));
        await Store.WaitAsync(keys => Lab.Machines.All(one => keys.ContainsKey(AliveKey(one))), Soon);
        await OperateAsync($"Get-ChildItem '{Examples}' -Filter *.service | Import-HaUnit; Start-HaUnit 'nginx@{{1,2}}.service', {Balancer}");
        await Store.WaitAsync(keys => keys.ContainsKey(BackendKey(Web1)) && keys.ContainsKey(BackendKey(Web2)), Soon);
        await using var traffic = StartTraffic();
        await traffic.NextAsync(outcome => outcome.Body == "nginx1", Soon);
        await traffic.NextAsync(outcome => outcome.Body == "nginx2", Soon);
    }

    /// <summary>The machine that has no part of the website on its work list.</summary>
    public Machine SpareMachine() => Lab.Machines.Single(machine => new[] { Web1, Web2, Balancer }.All(unit => MachineOf(unit) != machine));

    /// <summary>All entries of work lists, and when each was made: what is placed anew has another one.</summary>
    public Dictionary<string, long> Placements() => Store.Keys
        .Where(one => one.Key.StartsWith("/haweb/v1/placements/", StringComparison.Ordinal))
        .ToDictionary(one => one.Key, one => one.Value.CreateRevision);

    /// <summary>Sees to it that the engine is another machine's than this one, whose agent and units go on: a lead ends with its lease.</summary>
    public async Task LeadElsewhereAsync(Machine machine)
    {
        while (Leader == machine)
        {
            var lease = LeaseOf(Store.Keys);
            await Lab.Client.EtcdctlAsync("lease", "revoke", lease.ToString("x", CultureInfo.InvariantCulture));
            await Store.WaitAsync(keys => keys.ContainsKey("/haweb/v1/engine") && LeaseOf(keys) != lease, Soon);
        }

        static long LeaseOf(IReadOnlyDictionary<string, StoreKey> keys) => Read(keys, "/haweb/v1/engine").GetProperty("lease").GetInt64();
    }

    /// <summary>Docker's facts of a unit's container.</summary>
    public Task<ContainerFacts> ContainerOfAsync(string unit) => ContainerOfAsync(unit, MachineOf(unit));

    /// <summary>Docker's facts of a unit's container on a machine.</summary>
    public static async Task<ContainerFacts> ContainerOfAsync(string unit, Machine machine)
    {
        var facts = await machine.DockerAsync("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", ContainerName(unit));
        var words = facts.Trim().Split(' ');
        return new ContainerFacts(words[0], words[1]);
    }

    /// <summary>The process ids of the workers that serve the balancer's present config: they are other ones after every reload.</summary>
    public async Task<string> WorkersAsync()
    {
        var processes = await MachineOf(Balancer).DockerAsync("exec", ContainerName(Balancer), "ps");
        var workers = processes.Split('\n')
            .Where(line => line.TrimEnd().EndsWith("nginx: worker process", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        return string.Join(' ', workers);
    }

    /// <summary>How often the balancer's nginx was told to load its config again.</summary>
    public async Task<int> ReloadsAsync() =>
        (await MachineOf(Balancer).DockerLogsAsync(ContainerName(Balancer))).Split("(SIGHUP) received").Length - 1;

    /// <summary>The config that the balancer's nginx has.</summary>
    public Task<string> ConfigAsync() => ConfigAsync(MachineOf(Balancer));

    /// <summary>The backends in that config, in its order.</summary>
    public Task<string[]> ServersAsync() => ServersAsync(MachineOf(Balancer));

    /// <summary>The backends that the balancer on a machine has in its config, in its order.</summary>
    public static async Task<string[]> ServersAsync(Machine machine) =>
        [.. (await ConfigAsync(machine)).Split('\n').Select(line => line.Trim().Split(' ', ';')).Where(words => words is ["server", _, ..] && words[1].StartsWith("10.99.", StringComparison.Ordinal)).Select(words => words[1])];

    /// <summary>Waits until the balancer says that its workers serve what the store had at a key's last change.</summary>
    public async Task AppliedAsync(string key)
    {
        var revision = Store.Keys[key].ModRevision;
        var balancer = BalancerKey(MachineOf(Balancer));
        await Store.WaitAsync(keys => Read(keys, balancer).GetProperty("applied").GetInt64() >= revision, Soon);
    }

    /// <summary>Writes a key with etcd's own client, as another tool would, and waits until the balancer has taken notice.</summary>
    public async Task PutAsync(string key, string value)
    {
        var before = Store.Keys.TryGetValue(key, out var old) ? old.ModRevision : 0;
        await Lab.Client.EtcdctlAsync("put", key, value);
        await Store.WaitAsync(keys => keys.TryGetValue(key, out var now) && now.ModRevision > before, Soon);
        await AppliedAsync(key);
    }

    /// <summary>Deletes a key with etcd's own client.</summary>
    public async Task DeleteAsync(string key)
    {
        await Lab.Client.EtcdctlAsync("del", key);
        await Store.WaitAsync(keys => !keys.ContainsKey(key), Soon);
    }

    /// <summary>Requests to the balancer, 50 a second, until it is stopped.</summary>
    public Traffic StartTraffic() => Lab.Client.StartTraffic(
        new RequestPlan(new Uri(Url), 20_000, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10)));

    private static Task<string> ConfigAsync(Machine machine) =>
        machine.DockerAsync("exec", ContainerName(Balancer), "cat", "/etc/nginx/conf.d/default.conf");

    public static string ContainerName(string unit) => unit.Replace("@", "", StringComparison.Ordinal).Replace(".service", "", StringComparison.Ordinal);

    public static string BackendKey(string unit) => $"/services/website/{unit.Replace(".service", "", StringComparison.Ordinal)}";

    /// <summary>The key by which the balancer says what it serves.</summary>
    public static string BalancerKey(Machine machine) => $"/haweb/v1/balancers/{machine.Plan.Id}/{Balancer}";

    /// <summary>Starts a web server that HaWeb knows nothing of: the first one's twin, on its machine at another port.</summary>
    /// <returns>Its address and port.</returns>
    public async Task<string> StartTwinAsync()
    {
        var machine = MachineOf(Web1);
        await machine.DockerAsync("run", "--detach", "--name", Twin, "--publish", "81:80", "nginx:latest", "sh", "-c", "echo nginx1 > /usr/share/nginx/html/index.html && exec nginx -g 'daemon off;'");
        return $"{machine.Plan.Address}:81";
    }

    /// <summary>Ends that web server.</summary>
    public Task EndTwinAsync() => MachineOf(Web1).DockerAsync("rm", "--force", Twin);

    /// <summary>No request of these failed, and both web servers answered.</summary>
    public static void AssertServed(IReadOnlyList<RequestOutcome> outcomes)
    {
        Assert.NotEmpty(outcomes);
        var failed = outcomes.Where(outcome => !outcome.Succeeded).ToList();
        Assert.True(failed.Count == 0, $"{failed.Count} of {outcomes.Count} requests failed, the first and the last of them:\n{failed.FirstOrDefault()?.ToLine()}\n{failed.LastOrDefault()?.ToLine()}");
        Assert.Equal(["nginx1", "nginx2"], outcomes.Select(outcome => outcome.Body).Distinct().Order(StringComparer.Ordinal));
    }
}
