using System.Management.Automation;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Has a real nginx or HAProxy test configs, without installing them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HaLoadBalancerConfig", DefaultParameterSetName = ByPath)]
[OutputType(typeof(HaLoadBalancerTest))]
public sealed class TestHaLoadBalancerConfigCommand : AsyncCmdlet
{
    private const string ByPath = "Path";
    private const string ByObject = "Config";

    /// <summary>Configs, as New-HaLoadBalancerConfig gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByObject)]
    [ValidateNotNull]
    public HaLoadBalancerConfig? Config { get; set; }

    /// <summary>Paths of files: of those that nginx includes in its http block, or of whole ones of HAProxy's.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The program that the files are for.</summary>
    [Parameter(ParameterSetName = ByPath)]
    public BalancerEngine Engine { get; set; }

    /// <summary>A running container whose nginx or HAProxy tests; this machine's by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>The container's Docker Engine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DockerEndpoint { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = Config is null ? Path.SelectMany(path => GetResolvedProviderPathFromPSPath(path, out _)).ToList() : [];
        var endpoint = Container is null ? null : Guard(FindEngine);
        var engine = Config?.Engine ?? Engine;
        var test = new ConfigTest(engine, endpoint, Container);
        Run(async streams =>
        {
            if (Config is not null)
            {
                await TestAsync(streams, engine, Config.Service, test.RunAsync(Config.Text, Config.TextFor, streams.CancellationToken));
            }

            foreach (var file in files)
            {
                await TestAsync(streams, engine, file, test.RunAsync(await File.ReadAllTextAsync(file, streams.CancellationToken), null, streams.CancellationToken));
            }
        });
    }

    private DockerEndpoint FindEngine() => (Config?.Cluster ?? CurrentCluster.Get()) is { Client.Simulation: not null } cluster
        ? throw SimulationErrors.NotInSimulation(cluster, "test a config with a real balancer: leave out -Container for this machine's own")
        : DockerTarget.Find(DockerEndpoint);

    private async Task TestAsync(CmdletStreams streams, BalancerEngine engine, string name, Task<(long ExitCode, string Output)> testing)
    {
        var (exitCode, output) = await testing;
        await streams.WriteAsync(new HaLoadBalancerTest
        {
            Name = name,
            Valid = exitCode == 0,
            Message = output.Trim(),
            TestedBy = Container ?? (engine == BalancerEngine.HAProxy ? "haproxy" : "nginx"),
        });
    }
}
