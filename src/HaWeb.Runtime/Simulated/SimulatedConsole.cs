using System.Runtime.CompilerServices;
using HaWeb.Core.Containers;
using HaWeb.Core.Processes;
using HaWeb.Core.Simulation;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Terminals;

namespace HaWeb.Runtime.Simulated;

/// <summary>A container or process of a simulated machine: its log says when it started and ended, and commands in it do nothing and end well.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="machine">The machine's id.</param>
/// <param name="unit">The unit's full name.</param>
/// <param name="container">The id of the container or process.</param>
public sealed class SimulatedConsole(SimulatedCluster cluster, string machine, string unit, string container) : IUnitConsole
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DockerLine> ReadLogAsync(LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        cluster.Settle(null, cancellationToken);
        var lines = cluster.Use(world => Lines(world).Where(line => range.Since is null || line.Time >= range.Since).ToList());
        foreach (var (time, text) in range.Tail is { } tail ? lines.TakeLast(tail) : lines)
        {
            yield return new DockerLine(DockerOutput.Standard, time, text);
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<long> RunAsync(ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken) =>
        Task.FromResult(ProcessId.Is(container) ? throw new DockerException(DockerFailure.Refused, $"It is a process on {machine}: it has no container to run a command in") : cluster.Use(world => Find(world).Running
            ? 0L
            : throw new DockerException(DockerFailure.Refused, $"The container {container} on {machine} is not running.")));

    /// <inheritdoc/>
    public Task<long> RunAsync(ExecCommand command, ITerminal terminal, CancellationToken cancellationToken) => RunAsync(command, _ => { }, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // What processes have printed is kept by unit, and outlives them.
    private IReadOnlyCollection<(DateTimeOffset Time, string Text)> Lines(SimulatedWorld world) =>
        ProcessId.Is(container) ? world.Machines[machine].Processes.LogOf(unit) : Find(world).Lines;

    private SimulatedContainer Find(SimulatedWorld world)
    {
        var simulated = world.Machines[machine];
        if (!simulated.DockerIsUp)
        {
            throw new DockerException(DockerFailure.Unavailable, $"The Docker Engine of {machine} does not answer.");
        }

        return simulated.Docker.Find(container) ?? throw new DockerException(DockerFailure.NoSuchContainer, $"There is no container {container} on {machine}.");
    }
}
