using System.Management.Automation;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Output;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Nginx;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Installs configs in an nginx or HAProxy that runs, and sees to it that it serves them: tested, reloaded, confirmed by new workers.</summary>
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

    /// <summary>The program that runs there; what the config is for by default.</summary>
    [Parameter]
    public BalancerEngine? Engine { get; set; }

    /// <summary>The running container whose nginx or HAProxy serves it.</summary>
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
    public string? ConfigPath { get; set; }

    /// <summary>The config file of this machine's own nginx or HAProxy.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = OnHost)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The file that names the master process of this machine's nginx or HAProxy.</summary>
    [Parameter(ParameterSetName = OnHost)]
    [ValidateNotNullOrEmpty]
    public string? PidFile { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var config = Config!;
        Guard(() => CheckEngine(config));
        var publisher = _publisher ??= Guard(() => MakePublisher(config.Engine, Cluster ?? config.Cluster ?? CurrentCluster.Get()));
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
                rejected ? "ConfigRejected" : config.Engine == BalancerEngine.HAProxy ? "HAProxyUnreachable" : "NginxUnreachable",
                rejected ? ErrorCategory.InvalidData : ErrorCategory.ResourceUnavailable,
                $"{publisher.Target}: {result.Message}",
                publisher.Target,
                rejected ? "The config before is served on. Correct the values that its words name." : $"Check that {config.Engine} runs there{(config.Engine == BalancerEngine.HAProxy ? ", with -W" : "")}. The config is tried again with the next one."));
        }

        await streams.WriteAsync(result);
    }

    private bool CheckEngine(HaLoadBalancerConfig config) => (Engine ??= config.Engine) == config.Engine
        ? true
        : throw new CommandException(new CommandError(
            "EngineMismatch",
            ErrorCategory.InvalidArgument,
            $"The config of {config.Service} is for {config.Engine}, and it is published to {Engine}.",
            config.Engine,
            $"Write it with New-HaLoadBalancerConfig -Engine {Engine}."));

    private ConfigPublisher MakePublisher(BalancerEngine engine, HaCluster? cluster)
    {
        var isHAProxy = engine == BalancerEngine.HAProxy;
        var file = ConfigPath ?? (isHAProxy ? HAProxyWriter.DefaultConfigPath : NginxWriter.DefaultConfigPath);
        if (cluster?.Client.Simulation is { } simulation)
        {
            return ParameterSetName == InContainer
                ? new ConfigPublisher(new SimulatedNginx(simulation), Container, file, Container)
                : throw SimulationErrors.NotInSimulation(cluster, "configure this machine's own balancer: name a simulated container with -Container");
        }

        if (ParameterSetName == OnHost)
        {
            var path = GetUnresolvedProviderPathFromPSPath(Path);
            return new ConfigPublisher(NginxDriver.OnThisMachine(PidFile ?? (isHAProxy ? "/run/haproxy.pid" : "/run/nginx.pid"), engine), "nginx", path, path);
        }

        _engine = new DockerEngine(DockerTarget.Find(DockerEndpoint), clusterId: null);
        return new ConfigPublisher(new NginxDriver(_engine, engine), Container, file, Container);
    }
}
