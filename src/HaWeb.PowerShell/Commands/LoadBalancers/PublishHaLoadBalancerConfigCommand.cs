using System.Management.Automation;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Nginx;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Installs configs in an nginx that runs, and sees to it that it serves them: tested, reloaded, confirmed by new workers.</summary>
[Cmdlet(VerbsData.Publish, "HaLoadBalancerConfig", DefaultParameterSetName = InContainer, SupportsShouldProcess = true)]
[OutputType(typeof(HaLoadBalancerPublication))]
public sealed class PublishHaLoadBalancerConfigCommand : AsyncCmdlet
{
    private const string InContainer = "Container";
    private const string OnHost = "Path";

    private ConfigPublisher? _publisher;
    private DockerEngine? _engine;

    /// <summary>Configs, as New-HaLoadBalancerConfig gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public HaLoadBalancerConfig? Config { get; set; }

    /// <summary>The cluster that hears what nginx serves, where it is not the config's own: a config that is not of a cluster must bind too.</summary>
    [Parameter]
    [ValidateNotNull]
    public HaCluster? Cluster { get; set; }

    /// <summary>The running container whose nginx serves it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InContainer)]
    [ValidateNotNullOrEmpty]
    public string Container { get; set; } = "";

    /// <summary>The container's Docker Engine.</summary>
    [Parameter(ParameterSetName = InContainer)]
    [ValidateNotNullOrEmpty]
    public string? DockerEndpoint { get; set; }

    /// <summary>The config file in the container.</summary>
    [Parameter(ParameterSetName = InContainer)]
    [ValidateNotNullOrEmpty]
    public string ConfigPath { get; set; } = new LoadBalancerOptions().ConfigPath;

    /// <summary>The config file of this machine's own nginx.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = OnHost)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The file that names the master process of this machine's nginx.</summary>
    [Parameter(ParameterSetName = OnHost)]
    [ValidateNotNullOrEmpty]
    public string PidFile { get; set; } = "/run/nginx.pid";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var config = Config!;
        var publisher = _publisher ??= Guard(() => MakePublisher(Cluster ?? config.Cluster ?? CurrentCluster.Get()));
        var cluster = config.Revision > 0 ? Cluster ?? config.Cluster : null;
        Run(async streams =>
        {
            if (await streams.ShouldProcessAsync($"Publish the config of {config.Service} to {publisher.Target}: {config.Backends.Count} backends") == Consent.Given)
            {
                await PublishAsync(streams, publisher, config, cluster);
            }
        });
    }

    /// <inheritdoc/>
    protected override void CleanUp()
    {
        if (_publisher is { } publisher)
        {
            // Ends the session in the store; a store that does not answer ends it by itself when the lease runs out. With what the work has to end, it is
            // less than a second.
            Task.Run(async () => await publisher.DisposeAsync()).Wait(TimeSpan.FromMilliseconds(350));
        }

        _engine?.Dispose();
    }

    private static async Task PublishAsync(CmdletStreams streams, ConfigPublisher publisher, HaLoadBalancerConfig config, HaCluster? cluster)
    {
        var result = await publisher.PublishAsync(config, cluster, streams.CancellationToken);
        if (result.Result is HaLoadBalancerPublication.Rejected or HaLoadBalancerPublication.Failed)
        {
            var rejected = result.Result == HaLoadBalancerPublication.Rejected;
            await streams.WriteErrorAsync(new CommandError(
                rejected ? "ConfigRejected" : "NginxUnreachable",
                rejected ? ErrorCategory.InvalidData : ErrorCategory.ResourceUnavailable,
                $"{publisher.Target}: {result.Message}",
                publisher.Target,
                rejected ? "nginx serves the config before on. Correct the values that its words name." : "Check that nginx runs there. The config is tried again with the next one."));
        }

        await streams.WriteAsync(result);
    }

    private ConfigPublisher MakePublisher(HaCluster? cluster)
    {
        if (cluster?.Client.Simulation is { } simulation)
        {
            return ParameterSetName == InContainer
                ? new ConfigPublisher(new SimulatedNginx(simulation), Container, ConfigPath, Container)
                : throw SimulationErrors.NotInSimulation(cluster, "configure this machine's own nginx: name a simulated container with -Container");
        }

        if (ParameterSetName == OnHost)
        {
            var path = GetUnresolvedProviderPathFromPSPath(Path);
            return new ConfigPublisher(NginxDriver.OnThisMachine(PidFile), "nginx", path, path);
        }

        _engine = new DockerEngine(DockerTarget.Find(DockerEndpoint), clusterId: null);
        return new ConfigPublisher(new NginxDriver(_engine), Container, ConfigPath, Container);
    }
}
