using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Operations;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Storage;
using HaWeb.Lab;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;
using HaWeb.Tests.Scenarios;

namespace HaWeb.Tests.Lab.Scenarios;

/// <summary>The lab, for scenarios to be played on. It is looked at through etcd's, Docker's and HTTP's own clients; an operator's deeds go through the product's.</summary>
internal sealed class LabCluster : IScenarioCluster, IAsyncDisposable
{
    // A loss takes a lease's time and its proof, which is another one's after a gap of the store.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly ClusterKeys Keys = new();
    private readonly HaWeb.Lab.Lab _lab;
    private readonly StoreView _store;
    private readonly IReadOnlyList<Relay> _relays;
    private readonly ClusterClient _operator;

    public LabCluster(Website website)
    {
        _lab = website.Lab;
        _store = website.Store;
        _relays = [.. _lab.Machines.Where(machine => machine.Plan.HasStore)
            .Select(machine => _lab.Client.OpenRelay(new IPEndPoint(IPAddress.Parse(machine.Plan.Address), 2379)))];
        var options = new EtcdOptions { Endpoints = [.. _relays.Select(relay => $"http://{relay.EndPoint}")] };
        _operator = new ClusterClient(new EtcdStore(options), Keys, ClusterKind.Etcd);
    }

    public ClusterState State
    {
        get
        {
            var state = new ClusterState(Keys);
            var keys = _store.Keys;
            foreach (var root in (string[])[Keys.Root, Keys.ServicesRoot])
            {
                var entries = keys.Where(key => key.Key.StartsWith(root, StringComparison.Ordinal))
                    .OrderBy(key => key.Key, StringComparer.Ordinal)
                    .Select(key => new StoreEntry(key.Key, key.Value.Value, key.Value.CreateRevision, key.Value.ModRevision, Version: 1, key.Value.Lease));
                state.Apply(root, new StoreUpdate.Listed(new StoreListing(ClusterId: 1, _store.Revision, [.. entries])));
            }

            return state;
        }
    }

    public DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task<IReadOnlyList<OperationRefusal>> DoAsync(IOperation operation)
    {
        var outcome = await _operator.ApplyAsync(operation, TestContext.Current.CancellationToken);
        await _store.WaitAsync(_ => _store.Revision >= outcome.Revision, Limit);
        return outcome.Refusals;
    }

    public async Task<bool> UntilAsync(Func<ClusterState, bool> wish)
    {
        try
        {
            await _store.WaitAsync(_ => wish(State), Limit);
            return true;
        }
        catch (LabException)
        {
            return false;
        }
    }

    public Task PassAsync(TimeSpan time) => Task.Delay(time, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<MachineSight>> LookAsync() => await Task.WhenAll(_lab.Machines.Select(LookAsync));

    public async Task RepairAsync()
    {
        await Task.WhenAll(_lab.Machines.Select(machine => machine.MendAsync()));
        await FailStartsAsync(ScenarioUnits.Fragile.Name, lastWords: null);
        await ProvideRareImageAsync(exists: false);
        await _store.WaitAsync(_ => State is { Engine: not null } state && _lab.Machines.All(machine => state.Sessions.Contains(machine.Plan.Id)), Limit);
    }

    public Task PowerOffAsync(string machine) => _lab[machine].PowerOffAsync();

    public Task PowerOnAsync(string machine) => _lab[machine].PowerOnAsync();

    public Task CutOffAsync(string machine) => _lab[machine].CutLinkAsync();

    public Task HealAsync(string machine) => _lab[machine].HealLinkAsync();

    public Task KillAgentAsync(string machine) => _lab[machine].KillAgentAsync();

    public Task StartAgentAsync(string machine) => _lab[machine].StartAgentAsync();

    public Task KillContainerAsync(string unit)
    {
        var machine = State.Placements.OwnersOf(unit).Single();
        return _lab[machine].DockerAsync("kill", State.Status[machine, unit]!.Value.Container!);
    }

    public Task StopStoreAsync() => Task.WhenAll(_lab.Machines.Where(machine => machine.HasEtcd).Select(machine => machine.StopEtcdAsync()));

    public Task StartStoreAsync() => Task.WhenAll(_lab.Machines.Where(machine => machine.Plan.HasStore).Select(machine => machine.StartEtcdAsync()));

    public Task FailStartsAsync(string unit, string? lastWords)
    {
        foreach (var machine in _lab.Machines)
        {
            machine.SetRunFile($"scenario/{unit}", lastWords);
        }

        return Task.CompletedTask;
    }

    public Task ProvideRareImageAsync(bool exists) => Task.WhenAll(_lab.Machines.Select(async machine =>
    {
        var known = await machine.DockerAsync("image", "ls", "--quiet", ScenarioUnits.RareImage);
        if (exists)
        {
            await machine.DockerAsync("tag", "nginx:latest", ScenarioUnits.RareImage);
        }
        else if (known.Length > 0)
        {
            await machine.DockerAsync("image", "rm", ScenarioUnits.RareImage);
        }
    }));

    public async ValueTask DisposeAsync()
    {
        await _operator.DisposeAsync();
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }

    private async Task<MachineSight> LookAsync(Machine machine)
    {
        if (!machine.IsOn)
        {
            return new MachineSight(machine.Plan.Name, IsOn: false, HasAgent: false, []);
        }

        var listed = await machine.DockerAsync(
            "ps", "--all", "--no-trunc", "--filter", $"label={ContainerLabels.UnitLabel}",
            "--format", $$$"""{{.Label "{{{ContainerLabels.UnitLabel}}}"}} {{.ID}} {{.State}}""");
        var containers = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' '))
            .Select(words => new ContainerSight(words[0], words[1], words[2] == "running"));
        return new MachineSight(
            machine.Plan.Name,
            IsOn: true,
            machine.HasAgent,
            await Task.WhenAll(containers.Select(async container =>
                container.IsRunning && container.Unit == ScenarioUnits.Balancer.Name
                    ? container with { Answers = await AnswersAsync(machine) }
                    : container)));
    }

    /// <summary>Who answers, of more requests than it has workers times backends.</summary>
    private async Task<IReadOnlyList<string>> AnswersAsync(Machine machine)
    {
        const int Requests = 24;
        var plan = new RequestPlan(new Uri($"http://{machine.Plan.Address}/"), Requests, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(5));
        await using var traffic = _lab.Client.StartTraffic(plan);
        await traffic.EndAsync(Limit);
        var served = traffic.Outcomes.Where(outcome => outcome.Succeeded).ToList();
        var bodies = served.Select(outcome => outcome.Body).Distinct().Order(StringComparer.Ordinal);
        return [.. bodies, .. served.Count is 0 or Requests ? Array.Empty<string>() : ["errors"]];
    }
}
