using HaWeb.Runtime.Terminals;

namespace HaWeb.Runtime.Docker;

/// <summary>A unit that is a container.</summary>
/// <param name="engine">The Docker Engine of its machine, which is disposed of with this.</param>
/// <param name="container">The container's id.</param>
public sealed class ContainerConsole(DockerEngine engine, string container) : IUnitConsole
{
    /// <inheritdoc/>
    public IAsyncEnumerable<DockerLine> ReadLogAsync(LogRange range, CancellationToken cancellationToken) => engine.ReadLogAsync(container, range, cancellationToken);

    /// <inheritdoc/>
    public Task<long> RunAsync(ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken) =>
        engine.RunAsync(container, command, onLine, cancellationToken);

    /// <inheritdoc/>
    public Task<long> RunAsync(ExecCommand command, ITerminal terminal, CancellationToken cancellationToken) =>
        engine.RunAsync(container, command, terminal, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();
}
