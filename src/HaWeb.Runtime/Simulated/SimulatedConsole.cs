using System.Runtime.CompilerServices;
using HaWeb.Core.Containers;
using HaWeb.Core.Simulation;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Simulated;

/// <summary>The containers of a simulated machine: their logs say when they started and ended, and commands in them do nothing and end well.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="machine">The machine's id.</param>
public sealed class SimulatedConsole(SimulatedCluster cluster, string machine) : IContainerConsole
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DockerLine> ReadLogAsync(string container, LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        cluster.Settle(null, cancellationToken);
        var lines = cluster.Use(world => Find(world, container).Lines.Where(line => range.Since is null || line.Time >= range.Since).ToList());
        foreach (var (time, text) in range.Tail is { } tail ? lines.TakeLast(tail) : lines)
        {
            yield return new DockerLine(DockerOutput.Standard, time, text);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<long> RunAsync(string container, ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken) =>
        Task.FromResult(cluster.Use(world => Find(world, container).Running
            ? 0L
            : throw new DockerException(DockerFailure.Refused, $"The container {container} on {machine} is not running.")));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private SimulatedContainer Find(SimulatedWorld world, string container)
    {
        var simulated = world.Machines[machine];
        if (!simulated.DockerIsUp)
        {
            throw new DockerException(DockerFailure.Unavailable, $"The Docker Engine of {machine} does not answer.");
        }

        return simulated.Docker.Find(container) ?? throw new DockerException(DockerFailure.NoSuchContainer, $"There is no container {container} on {machine}.");
    }
}
