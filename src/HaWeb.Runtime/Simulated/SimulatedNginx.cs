using HaWeb.Core.LoadBalancing;
using HaWeb.Runtime.Nginx;

namespace HaWeb.Runtime.Simulated;

/// <summary>The nginx of the containers of a simulated cluster, whichever machine they are on.</summary>
/// <param name="cluster">The cluster.</param>
public sealed class SimulatedNginx(SimulatedCluster cluster) : INginxDriver
{
    /// <inheritdoc/>
    public Task<NginxResult> ExecuteAsync(NginxRequest request, CancellationToken cancellationToken)
    {
        cluster.Settle(null, cancellationToken);
        var container = request switch
        {
            NginxRequest.Apply apply => apply.Container,
            NginxRequest.AwaitDrained drained => drained.Container,
            NginxRequest.ReadConfig read => read.Container,
            NginxRequest.ReadVersion version => version.Container,
            _ => "",
        };
        return Task.FromResult(cluster.Use(world => world.Machines.Values.FirstOrDefault(machine => machine.DockerIsUp && machine.Docker.Find(container) is not null) is { } found
            ? found.AskNginx(request, out _)
            : new NginxResult.Failed($"no simulated machine has a container {container}")));
    }
}
