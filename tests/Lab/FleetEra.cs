using HaWeb.Lab;

namespace HaWeb.Tests.Lab;

/// <summary>
/// The website of fleet's tutorials in the lab instead of the example's: the unit files of <c>Units/</c>, as they were written then. Its services are in etcd's
/// first interface, written by side-kicks.
/// </summary>
internal sealed class FleetEra : IAsyncDisposable
{
    public const string Balancer = "nginx-lb.service";
    private static readonly string Units = Path.Combine(Repository.Folder!, "tests", "Lab", "Units");
    private readonly Website _website;
    private readonly Dictionary<Machine, HashSet<string>> _processes = [];

    private FleetEra(Website website) => _website = website;

    /// <summary>Takes away what units there are, and imports these.</summary>
    public static async Task<FleetEra> BeginAsync(Website website)
    {
        await Task.WhenAll(website.Lab.Machines.Select(machine => machine.MendAsync()));
        await website.Store.WaitAsync(keys => website.Lab.Machines.All(one => keys.ContainsKey(Website.AliveKey(one))), Website.Soon);
        var era = new FleetEra(website);
        await era.ClearAsync();
        foreach (var machine in website.Lab.Machines)
        {
            era._processes[machine] = [.. (await ProcessesAsync(machine)).Select(IdOf)];
        }

        await website.OperateAsync($"Get-ChildItem '{Units}' -Filter *.service | Import-HaUnit");
        return era;
    }

    /// <summary>Starts units, each of which becomes active.</summary>
    public Task StartAsync(params string[] units) => _website.OperateAsync($"Start-HaUnit {Names(units)}");

    /// <summary>Stops units.</summary>
    public Task StopAsync(params string[] units) => _website.OperateAsync($"Stop-HaUnit {Names(units)}");

    /// <summary>Waits until etcd's first interface has this under a key; null for no such key.</summary>
    public Task ExpectKeyAsync(string key, string? value) => Wait.UntilAsync(
        async () => (await _website.Lab.Machines[0].ShellAsync($"etcdctl get {key} 2> /dev/null || echo")).Trim() == (value ?? ""),
        Website.Soon,
        $"{key} to be {value ?? "gone"}",
        TestContext.Current.CancellationToken);

    /// <summary>The processes of a machine that were not there before the units, as <c>ps</c> shows them: number, state and command line. A zombie's state begins with Z.</summary>
    public async Task<IReadOnlyList<string>> NewProcessesAsync(Machine machine) =>
        [.. (await ProcessesAsync(machine)).Where(process => !_processes[machine].Contains(IdOf(process)))];

    /// <summary>
    /// The number of the process whose command line has this text; the parents that the agent gives to processes do not count, nor does a child of a shell, which
    /// has the shell's command line until it executes its own.
    /// </summary>
    public async Task<string> ProcessAsync(Machine machine, string text) =>
        (await NewProcessesAsync(machine))
            .Where(process => process.Contains(text, StringComparison.Ordinal) && !process.Contains(" /run/haweb/", StringComparison.Ordinal))
            .Select(IdOf)
            .MinBy(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture))!;

    /// <summary>Takes the units away again.</summary>
    public async ValueTask DisposeAsync() => await ClearAsync();

    private static string Names(string[] units) => string.Join(", ", units.Select(unit => $"'{unit}'"));

    private static string IdOf(string process) => process.Split(' ')[0];

    private static async Task<IReadOnlyList<string>> ProcessesAsync(Machine machine) =>
    [
        .. (await machine.RunAsync("ps", "-eo", "pid=,stat=,args=")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(process => !process.Contains(" ps -eo ", StringComparison.Ordinal)),
    ];

    private async Task ClearAsync() => await _website.OperateAsync("Remove-HaUnit * -Force; Remove-HaUnit * -Template -Force");
}
