using System.Text.Json;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>
/// The example website in a lab, for all tests one after the other. It is looked at through etcd's, Docker's and HTTP's own
/// clients, and told what to do as an operator does, through the module.
/// </summary>
public sealed class Website : IAsyncLifetime
{
    public const string Web1 = "nginx@1.service";
    public const string Web2 = "nginx@2.service";
    public const string Balancer = "nginx-loadbalancer.service";
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly string Examples = Path.Combine(Repository.Folder!, "examples", "website");
    private HaWeb.Lab.Lab? _lab;
    private StoreView? _store;

    public HaWeb.Lab.Lab Lab => _lab!;

    /// <summary>The store's keys, followed from the first test to the last.</summary>
    public StoreView Store => _store!;

    public string Url => $"http://{MachineOf(Balancer).Plan.Address}/";

    public async ValueTask InitializeAsync()
    {
        _lab = await HaWeb.Lab.Lab.UpAsync(new LabOptions
        {
            Name = "hatest",
            Say = message => TestContext.Current.SendDiagnosticMessage(message),
        });
        _store = await _lab.Client.WatchStoreAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

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

    /// <summary>Runs a script as an operator; it must succeed. Gives the lines it put out.</summary>
    public async Task<string[]> OperateAsync(string script)
    {
        var result = await Lab.Client.PowerShellAsync($"$ErrorActionPreference = 'Stop'; {script}", TimeSpan.FromSeconds(90));
        Assert.True(result.ExitCode == 0, $"'{script}' ended with {result.ExitCode}:\n{result.Output}\n{result.Error}");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>The one machine that has a unit on its work list.</summary>
    public Machine MachineOf(string unit) =>
        Lab.Machines.Single(machine => Store.Keys.ContainsKey(PlacementKey(machine, unit)));

    /// <summary>Docker's facts of a unit's container.</summary>
    public async Task<ContainerFacts> ContainerOfAsync(string unit)
    {
        var facts = await MachineOf(unit).DockerAsync("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", ContainerName(unit));
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
    public Task<string> ConfigAsync() =>
        MachineOf(Balancer).DockerAsync("exec", ContainerName(Balancer), "cat", "/etc/nginx/conf.d/default.conf");

    /// <summary>Waits until the balancer says that its workers serve what the store had at a key's last change.</summary>
    public async Task AppliedAsync(string key)
    {
        var revision = Store.Keys[key].ModRevision;
        var balancer = $"/haweb/v1/balancers/{MachineOf(Balancer).Plan.Id}/{Balancer}";
        await Store.WaitAsync(
            keys => JsonDocument.Parse(keys[balancer].Value).RootElement.GetProperty("applied").GetInt64() >= revision, Soon);
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

    public static string ContainerName(string unit) => unit.Replace("@", "", StringComparison.Ordinal).Replace(".service", "", StringComparison.Ordinal);

    public static string BackendKey(string unit) => $"/services/website/{unit.Replace(".service", "", StringComparison.Ordinal)}";

    public static string AliveKey(Machine machine) => $"/haweb/v1/machines/{machine.Plan.Id}/alive";

    public static string PlacementKey(Machine machine, string unit) => $"/haweb/v1/placements/{machine.Plan.Id}/{unit}";

    /// <summary>No request of these failed, and both web servers answered.</summary>
    public static void AssertServed(IReadOnlyList<RequestOutcome> outcomes)
    {
        Assert.NotEmpty(outcomes);
        Assert.Empty(outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.ToLine()));
        Assert.Equal(["nginx1", "nginx2"], outcomes.Select(outcome => outcome.Body).Distinct().Order(StringComparer.Ordinal));
    }
}
