using System.Management.Automation;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Has a real nginx test configs, without installing them.</summary>
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

    /// <summary>Paths of files that nginx includes in its http block.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>A running container whose nginx tests; this machine's nginx by default.</summary>
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
        Run(async streams =>
        {
            if (Config is not null)
            {
                await TestAsync(streams, Config.Service, Config.Text, endpoint);
            }

            foreach (var file in files)
            {
                await TestAsync(streams, file, await File.ReadAllTextAsync(file, streams.CancellationToken), endpoint);
            }
        });
    }

    private DockerEndpoint FindEngine() => (Config?.Cluster ?? CurrentCluster.Get()) is { Client.Simulation: not null } cluster
        ? throw SimulationErrors.NotInSimulation(cluster, "test a config with a real nginx: leave out -Container for this machine's nginx")
        : DockerTarget.Find(DockerEndpoint);

    private async Task TestAsync(CmdletStreams streams, string name, string text, DockerEndpoint? endpoint)
    {
        var (exitCode, output) = endpoint is null
            ? await NginxTest.OnThisMachineAsync(text, streams.CancellationToken)
            : await NginxTest.InContainerAsync(endpoint, Container!, text, streams.CancellationToken);
        await streams.WriteAsync(new HaLoadBalancerTest { Name = name, Valid = exitCode == 0, Message = output.Trim(), TestedBy = Container ?? "nginx" });
    }
}
