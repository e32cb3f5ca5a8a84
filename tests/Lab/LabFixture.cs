using System.Text.Json;
using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>
/// A lab that is up from the first test of a collection to its last. It is looked at through etcd's, Docker's and HTTP's own
/// clients, and told what to do as an operator does, through the module.
/// </summary>
/// <param name="options">What it is made of.</param>
public abstract class LabFixture(LabOptions options) : IAsyncLifetime
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private HaWeb.Lab.Lab? _lab;
    private StoreView? _store;

    public HaWeb.Lab.Lab Lab => _lab!;

    /// <summary>The store's keys, followed from the first test to the last.</summary>
    public StoreView Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _lab = await HaWeb.Lab.Lab.UpAsync(options with { Say = message => TestContext.Current.SendDiagnosticMessage(message) });
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

        GC.SuppressFinalize(this);
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

    /// <summary>Starts a machine's agent that was killed, and waits until it has taken over.</summary>
    public async Task StartAgentAsync(Machine machine)
    {
        var record = $"/haweb/v1/machines/{machine.Plan.Id}";
        var seen = Store.Keys[record].ModRevision;
        await machine.StartAgentAsync();
        await Store.WaitAsync(keys => keys[record].ModRevision > seen, Soon);
    }

    /// <summary>What a unit has printed, from the log that its machine keeps of processes.</summary>
    public Task<string> ProcessLogAsync(string unit)
    {
        var machine = MachineOf(unit);
        return machine.ShellAsync($"cut -d ' ' -f 3- /run/haweb/{machine.Plan.Id}/logs/{unit}/log");
    }

    public static string AliveKey(Machine machine) => $"/haweb/v1/machines/{machine.Plan.Id}/alive";

    public static string PlacementKey(Machine machine, string unit) => $"/haweb/v1/placements/{machine.Plan.Id}/{unit}";

    /// <summary>The key by which a machine's agent says how a unit is.</summary>
    public static string StatusKey(Machine machine, string unit) => $"/haweb/v1/status/{machine.Plan.Id}/{unit}";

    /// <summary>Whether a machine's agent says this of a unit: <c>active</c>, <c>inactive</c> and so on.</summary>
    public static bool Is(string active, IReadOnlyDictionary<string, StoreKey> keys, Machine machine, string unit) =>
        keys.ContainsKey(StatusKey(machine, unit)) && Read(keys, StatusKey(machine, unit)).GetProperty("active").GetString() == active;

    /// <summary>What is stored under a key.</summary>
    public static JsonElement Read(IReadOnlyDictionary<string, StoreKey> keys, string key)
    {
        using var value = JsonDocument.Parse(keys[key].Value);
        return value.RootElement.Clone();
    }
}
