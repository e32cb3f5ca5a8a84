using HaWeb.Core.Discovery;
using HaWeb.Core.Effects;
using HaWeb.Core.Simulation;
using HaWeb.Runtime.Probes;

namespace HaWeb.Runtime.Simulated;

/// <summary>Probes what simulated machines serve, as somebody outside of them would.</summary>
/// <param name="cluster">The cluster.</param>
public sealed class SimulatedProber(SimulatedCluster cluster) : IProber
{
    /// <inheritdoc/>
    public Task<Event.Probed> ProbeAsync(long id, ProbeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var error = cluster.Use(world => world.Machines.Values.FirstOrDefault(machine => machine.Address == request.Host) is { IsOn: true } machine
            ? machine.Answers(request) ? null : "connection refused"
            : world.Servers.Answers(request) switch { null => "no route to the address", true => null, false => "connection refused" });
        return Task.FromResult(new Event.Probed(id, error is null, error, SimulatedTimes.Probe));
    }
}
