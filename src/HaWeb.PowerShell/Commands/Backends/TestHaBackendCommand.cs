using System.Management.Automation;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Probes;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.Backends;

/// <summary>Probes backends from this machine, once each, and says what it found. It changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HaBackend")]
[OutputType(typeof(HaBackendTest))]
public sealed class TestHaBackendCommand : ClusterCmdlet
{
    private readonly List<(HaCluster Cluster, string Service, string[] Names)> _asked = [];

    /// <summary>Services, with wildcards; all of them by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[] Service { get; set; } = ["*"];

    /// <summary>The backends' names in the service, with wildcards; all of them by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>What to check, as in a unit file; by default what the unit says, and a connection where only the machine's Docker could say it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthCheck { get; set; }

    /// <summary>How long a probe may take, in seconds; by default what the unit says.</summary>
    [Parameter]
    [ValidateRange(0.001, 3600)]
    public double? TimeoutSec { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var service in Service)
        {
            _asked.Add((GetCluster(), service, Name));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var check = Guard(ReadCheck);
        var timeout = TimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        Run(async streams =>
        {
            foreach (var asked in _asked.GroupBy(one => one.Cluster))
            {
                await TestAsync(streams, asked.Key, [.. asked.Select(one => (one.Service, one.Names))], check, timeout);
            }
        });
    }

    private static async Task TestAsync(CmdletStreams streams, HaCluster cluster, IReadOnlyList<(string Service, string[] Names)> asked, HealthCheck? check, TimeSpan? timeout)
    {
        var state = await cluster.Client.ReadAsync(streams.CancellationToken);
        var units = cluster.ViewsOf(state).All().ToList();
        using var real = cluster.Client.Simulation is null ? new Prober(docker: null) : null;
        var prober = real ?? (IProber)new SimulatedProber(cluster.Client.Simulation!);
        foreach (var typed in asked.Select(one => one.Service).Where(typed => !BackendValues.Exists(state, cluster.ViewsOf(state), typed)).Distinct(StringComparer.Ordinal))
        {
            await streams.WriteErrorAsync(BackendValues.NotFound(typed));
        }

        var views = asked.SelectMany(one => BackendValues.Services(state, units, one.Service)
                .SelectMany(service => BackendView.OfService(state, service).Concat(BackendView.Withheld(state, service, units)))
                .Where(view => one.Names.Any(name => WildcardPattern.Get(name, WildcardOptions.None).IsMatch(view.Name))))
            .DistinctBy(view => (view.Service, view.Name))
            .ToList();

        // The prober bounds how many are under way.
        var tests = views.ConvertAll(view => (View: view, Probe: view.Probe(state, check, timeout)))
            .ConvertAll(one => (one.View, one.Probe, Answer: prober.ProbeAsync(0, one.Probe, streams.CancellationToken)));
        foreach (var (view, probe, answer) in tests)
        {
            var probed = await answer;
            await streams.WriteAsync(new HaBackendTest
            {
                Service = view.Service,
                Name = view.Name,
                HealthCheck = probe.ToString(),
                Passed = probed.Passed,
                Latency = probed.Latency,
                Error = probed.Error,
                Cluster = cluster,
            });
        }
    }

    private HealthCheck? ReadCheck()
    {
        if (HealthCheck is not { } text)
        {
            return null;
        }

        if (!Core.Units.HealthCheck.TryParse(text, out var check, out var error) || check is HealthCheck.Container)
        {
            throw new CommandException(new CommandError(
                "HealthCheckInvalid",
                ErrorCategory.InvalidArgument,
                error ?? "A container's own health check can be asked by its machine only.",
                text,
                "Write http://:80/healthz, https://:443/ or tcp://:6379; what is left out is the backend's own."));
        }

        return check;
    }
}
