using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace HaWeb.Lab;

/// <summary>
/// The place from which a lab is used: a network namespace that sees the machines' addresses, and otherwise shares this host's
/// files. What runs in it finds the store by <c>HAWEB_ENDPOINTS</c> and the lab's own commands by <c>HAWEB_LAB</c>.
/// </summary>
public sealed class LabClient
{
    private readonly string _netNamespace;
    private readonly LabOptions _options;

    internal LabClient(LabOptions options, string netNamespace, IReadOnlyList<MachinePlan> machines)
    {
        _options = options;
        _netNamespace = netNamespace;
        Endpoints = string.Join(',', machines.Where(one => one.HasStore).Select(one => one.StoreEndpoint));
    }

    /// <summary>The members of the store, separated by commas.</summary>
    public string Endpoints { get; }

    /// <summary>The words that begin a command which is to run in the client.</summary>
    public IReadOnlyList<string> Prefix =>
    [
        "nsenter", $"--net=/run/netns/{_netNamespace}",
        "env", $"HAWEB_ENDPOINTS={Endpoints}", $"HAWEB_LAB={LabExecutable}", $"HAWEB_LAB_NAME={_options.Name}",
        "ETCDCTL_API=3", $"ETCDCTL_ENDPOINTS={Endpoints}",
    ];

    /// <summary>Runs a command in the client to its end.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> words, TimeSpan limit) => Command.RunAsync([.. Prefix, .. words], limit);

    /// <summary>Runs etcd's command-line client, which must succeed, and gives what it wrote.</summary>
    public Task<string> EtcdctlAsync(params IReadOnlyList<string> words) => Command.RequireAsync([.. Prefix, "etcdctl", .. words]);

    /// <summary>Runs PowerShell with the module loaded and connected to the lab's store.</summary>
    public Task<CommandResult> PowerShellAsync(string script, TimeSpan limit) =>
        RunAsync(PowerShellCommand.Find(_options.Module).Words(script), limit);

    /// <summary>Starts PowerShell likewise, with its three streams in the caller's hands.</summary>
    public Process StartPowerShell(string script) => Command.Start([.. Prefix, .. PowerShellCommand.Find(_options.Module).Words(script)]);

    /// <summary>
    /// Starts PowerShell likewise at a terminal of its own, as <c>script</c> makes one: what is written to its input is typed there, and its output is what the
    /// terminal shows. First that is the terminal's name.
    /// </summary>
    /// <param name="script">What PowerShell runs.</param>
    /// <param name="rows">How many lines the terminal has.</param>
    /// <param name="columns">How many characters a line has.</param>
    public Process StartPowerShellAtTerminal(string script, int rows, int columns)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"rows {rows} columns {columns}");
        var words = PowerShellCommand.Find(_options.Module).Words(script).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'");

        // It says whether it was given back as it was.
        var command = $"tty; stty {size}; before=$(stty -g); {string.Join(' ', words)}; code=$?; [ \"$before\" = \"$(stty -g)\" ] && echo the terminal is as before; exit $code";
        return Command.Start([.. Prefix, "SHELL=/bin/sh", "script", "--quiet", "--return", "--flush", "--command", command, "/dev/null"]);
    }

    /// <summary>Sends one request.</summary>
    public async Task<RequestOutcome> GetAsync(string url)
    {
        await using var traffic = StartTraffic(new RequestPlan(new Uri(url), 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        return await traffic.NextAsync(_ => true, TimeSpan.FromSeconds(15));
    }

    /// <summary>Begins to send requests, from a process in the client.</summary>
    public Traffic StartTraffic(RequestPlan plan)
    {
        plan.Validate();
        return StartTraffic(
        [
            LabExecutable, "request", plan.Url.ToString(), "--until-input-ends",
            "--count", plan.Count.ToString(CultureInfo.InvariantCulture),
            "--interval", plan.Interval.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            "--timeout", plan.Timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        ]);
    }

    /// <summary>Begins to send requests by a program that tells of each as <see cref="RequestOutcome.ToLine"/> does, and ends when its input ends.</summary>
    public Traffic StartTraffic(IReadOnlyList<string> words) => new(Command.Start([.. Prefix, .. words]));

    /// <summary>Opens a port of this host's own 127.0.0.1 that leads to an address of the lab, as a connection from the client.</summary>
    public Relay OpenRelay(IPEndPoint target) => new(_netNamespace, target);

    /// <summary>Follows the store's keys.</summary>
    public Task<StoreView> WatchStoreAsync() => StoreView.StartAsync([.. Prefix, "etcdctl"]);

    /// <summary>Follows the store's keys through some of its members only: those that are not about to be lost.</summary>
    public Task<StoreView> WatchStoreAsync(IEnumerable<MachinePlan> members) =>
        StoreView.StartAsync([.. Prefix, "env", $"ETCDCTL_ENDPOINTS={string.Join(',', members.Select(one => one.StoreEndpoint))}", "etcdctl"]);

    /// <summary>The lab's own program; it lies beside this library, also where a test uses it.</summary>
    private static string LabExecutable => Path.Combine(AppContext.BaseDirectory, "HaWeb.Lab");
}
