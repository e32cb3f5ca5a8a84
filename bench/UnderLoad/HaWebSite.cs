using System.Globalization;
using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>The site on HaWeb, told what to do as an operator does, through the module.</summary>
public sealed class HaWebSite : Site, IAsyncDisposable
{
    private const string Begin = "the command begins";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Units = Path.Combine(AppContext.BaseDirectory, "Units");
    private readonly StoreView _store;

    private HaWebSite(HaWeb.Lab.Lab lab, StoreView store)
        : base(lab) => _store = store;

    /// <inheritdoc/>
    public override Machine BalancerMachine => PlaceOf("balancer.service");

    /// <summary>The file of the web servers' unit.</summary>
    public static string Template { get; } = Path.Combine(Units, "web@.service");

    /// <summary>The machine that no part of the site is on.</summary>
    public Machine SpareMachine => Lab.Machines.First(machine => machine != BalancerMachine && machine != MachineOf("web1") && machine != MachineOf("web2"));

    /// <summary>The store's keys.</summary>
    public StoreView Store => _store;

    /// <summary>The machine whose agent is the engine.</summary>
    public Machine Leader
    {
        get
        {
            var leader = _store.Keys["/haweb/v1/engine"].Value;
            return Lab.Machines.Single(machine => leader.Contains(machine.Plan.Id, StringComparison.Ordinal));
        }
    }

    /// <summary>Takes a lab with agents over: what is not of this site is removed.</summary>
    public static async Task<HaWebSite> OpenAsync(HaWeb.Lab.Lab lab)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var site = new HaWebSite(lab, await lab.Client.WatchStoreAsync());
        await Task.WhenAll(lab.Machines.Select(machine => machine.MendAsync()));
        await site.AgentsAsync();
        await site.RemoveAllAsync();
        return site;
    }

    /// <inheritdoc/>
    public override Machine MachineOf(string server) => PlaceOf(UnitOf(server));

    /// <summary>The unit of a web server.</summary>
    public static string UnitOf(string server) => $"web@{server["web".Length..]}.service";

    /// <summary>The key of a web server's backend.</summary>
    public static string BackendKey(string server) => $"/services/website/web@{server["web".Length..]}";

    /// <summary>Runs a script as an operator, which must succeed.</summary>
    /// <returns>When its first command began: the shell has started and the module is loaded by then.</returns>
    public async Task<DateTimeOffset> OperateAsync(string script)
    {
        using var shell = Lab.Client.StartPowerShell($"$ErrorActionPreference = 'Stop'; Get-HaCluster | Out-Null; '{Begin}'; {script}");
        shell.StandardInput.Close();
        var error = shell.StandardError.ReadToEndAsync();
        DateTimeOffset? began = null;
        using var limit = new CancellationTokenSource(Limit);
        while (await shell.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            began ??= line.Contains(Begin, StringComparison.Ordinal) ? DateTimeOffset.UtcNow : null;
        }

        await shell.WaitForExitAsync(limit.Token);
        return shell.ExitCode == 0 && began is not null
            ? began.Value
            : throw new LabException($"'{script}' ended with {shell.ExitCode.ToString(CultureInfo.InvariantCulture)}:\n{await error}");
    }

    /// <summary>Waits until every machine's agent is in the store.</summary>
    public Task AgentsAsync() => _store.WaitAsync(keys => Lab.Machines.All(machine => keys.ContainsKey(AliveKey(machine))), Soon);

    /// <summary>The key that lives as long as a machine's lease.</summary>
    public static string AliveKey(Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return $"/haweb/v1/machines/{machine.Plan.Id}/alive";
    }

    /// <summary>Removes its units, opens the machines that it drained, and leaves the lab.</summary>
    public async ValueTask DisposeAsync()
    {
        await RemoveAllAsync();
        await _store.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override async Task PrepareAsync()
    {
        await AgentsAsync();
        await OperateAsync(
            $"Get-HaMachine | Resume-HaMachine; Get-ChildItem '{Units}' -Filter *.service | Import-HaUnit; Start-HaUnit 'web@{{1,2}}.service', balancer.service");
    }

    private Task<DateTimeOffset> RemoveAllAsync() => OperateAsync("Get-HaMachine | Resume-HaMachine; Get-HaUnit | Remove-HaUnit -Force");

    private Machine PlaceOf(string unit) =>
        Lab.Machines.Single(machine => _store.Keys.ContainsKey($"/haweb/v1/placements/{machine.Plan.Id}/{unit}"));
}
