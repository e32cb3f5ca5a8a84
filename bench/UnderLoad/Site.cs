using System.Text.RegularExpressions;
using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>Two web servers, <c>web1</c> and <c>web2</c>, and the balancer in front of them, on machines of a lab.</summary>
public abstract partial class Site
{
    /// <summary>The balancer's container.</summary>
    protected const string Balancer = "balancer";

    /// <summary>What the first visits may take until both web servers answer.</summary>
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Makes one of a lab that is up.</summary>
    protected Site(HaWeb.Lab.Lab lab) => Lab = lab;

    /// <summary>The lab.</summary>
    public HaWeb.Lab.Lab Lab { get; }

    /// <summary>What units of it are given to be drained, and WebSockets are entitled to.</summary>
    public static TimeSpan DrainTimeout { get; } = TimeSpan.FromSeconds(8);

    /// <summary>The balancer's machine.</summary>
    public abstract Machine BalancerMachine { get; }

    /// <summary>The machine of a web server.</summary>
    public abstract Machine MachineOf(string server);

    /// <summary>Mends what an earlier event broke, and waits until both web servers answer.</summary>
    public async Task ServeAsync()
    {
        await Task.WhenAll(Lab.Machines.Select(machine => machine.MendAsync()));
        await PrepareAsync();
        await using var load = StartLoad();
        await load.NextAsync(one => one.Kind == Visits.Fast && one.Body == "web1", Soon);
        await load.NextAsync(one => one.Kind == Visits.Fast && one.Body == "web2", Soon);
    }

    /// <summary>Ends what it keeps running beside its containers, until it is to serve again; by default there is nothing.</summary>
    public virtual Task RestAsync() => Task.CompletedTask;

    /// <summary>Begins the load.</summary>
    public Traffic StartLoad() => Lab.Client.StartTraffic(
        [Path.Combine(AppContext.BaseDirectory, "HaWeb.Bench.UnderLoad"), "visit", $"http://{BalancerMachine.Plan.Address}/"]);

    /// <summary>What the balancer's nginx wrote since a moment.</summary>
    internal Task<string> BalancerLogAsync(DateTimeOffset since) => BalancerMachine.DockerLogsAsync(Balancer, since);

    /// <summary>Which requests the balancer gave to a machine first, since a moment.</summary>
    internal async Task<IReadOnlySet<string>> GivenToAsync(Machine machine, DateTimeOffset since)
    {
        var log = await BalancerLogAsync(since);
        return AccessLine().Matches(log)
            .Where(line => line.Groups["first"].Value.StartsWith($"{machine.Plan.Address}:", StringComparison.Ordinal))
            .Select(line => line.Groups["request"].Value)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>When the balancer's nginx first had workers with another config after a moment; null when it had none.</summary>
    internal async Task<DateTimeOffset?> ReloadedAfterAsync(DateTimeOffset moment)
    {
        var log = await BalancerLogAsync(moment);
        return WorkerLine().Match(log) is { Success: true } line ? DateTimeOffset.Parse(line.Groups["time"].Value) : null;
    }

    /// <summary>Brings the site's own parts up.</summary>
    protected abstract Task PrepareAsync();

    [GeneratedRegex("\"GET (?<request>\\S+) [^\"]*\" .* upstream=(?<first>[^ ,]+)", RegexOptions.CultureInvariant)]
    private static partial Regex AccessLine();

    [GeneratedRegex(@"^(?<time>\S+) .*start worker process \d", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex WorkerLine();
}
