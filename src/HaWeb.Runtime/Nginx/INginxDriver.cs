using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Nginx;

/// <summary>Works with the nginx of balancers.</summary>
public interface INginxDriver
{
    /// <summary>
    /// Does what is asked; every failure but cancellation is an answer. <see cref="NginxRequest.AwaitDrained"/> takes as long as the workers' last connection
    /// and goes on through every loss of the Docker Engine.
    /// </summary>
    Task<NginxResult> ExecuteAsync(NginxRequest request, CancellationToken cancellationToken);
}
