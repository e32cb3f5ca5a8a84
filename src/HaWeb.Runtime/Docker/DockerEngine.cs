using System.Runtime.CompilerServices;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Runtime.Terminals;

namespace HaWeb.Runtime.Docker;

/// <summary>One Docker Engine, as far as the containers of one cluster go. Safe for use by many at once.</summary>
public sealed class DockerEngine : IDockerEngine, IDisposable
{
    private static readonly TimeSpan PullStall = TimeSpan.FromSeconds(60);

    private readonly string? _clusterId;
    private readonly ChangeCount _changes = new();
    private readonly ContainerOperations _operations;

    /// <summary>Makes one; nothing is connected before it is used.</summary>
    /// <param name="endpoint">Where the engine is.</param>
    /// <param name="clusterId">The cluster whose containers may be touched. Null for any container: for an operator who names one.</param>
    /// <exception cref="DockerException">The certificates of the endpoint cannot be read.</exception>
    public DockerEngine(DockerEndpoint endpoint, string? clusterId)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        _clusterId = clusterId;
        Connection = new DockerConnection(endpoint);
        Lookup = new ContainerLookup(Connection, clusterId);
        Exec = new ExecRunner(Connection);
        Files = new ContainerFiles(Connection, Exec);
        _operations = new ContainerOperations(this, new ImagePuller(Connection, new RegistryCredentials(), PullStall), new LogReader(Connection));
    }

    internal DockerConnection Connection { get; }

    internal ContainerLookup Lookup { get; }

    internal ExecRunner Exec { get; }

    internal ContainerFiles Files { get; }

    /// <inheritdoc/>
    public async Task<DockerResult> ExecuteAsync(DockerRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await _operations.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (request is DockerRequest.Create or DockerRequest.Start or DockerRequest.Stop or DockerRequest.Kill or DockerRequest.Remove
                or DockerRequest.Restart or DockerRequest.Rename)
            {
                _changes.Add();
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The engine was made for no cluster.</exception>
    public IAsyncEnumerable<Event> FollowAsync(CancellationToken cancellationToken)
    {
        var clusterId = _clusterId ?? throw new InvalidOperationException("Only the containers of a cluster can be followed.");
        return new ContainerFollower(Connection, new ContainerList(Connection, clusterId, _changes), clusterId).FollowAsync(cancellationToken);
    }

    /// <summary>What a container printed, oldest first.</summary>
    /// <param name="container">Its id or name.</param>
    /// <param name="range">Which part; with Follow it ends when the container does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="DockerException">There is no such container, it is not this cluster's, or its log cannot be read.</exception>
    public async IAsyncEnumerable<DockerLine> ReadLogAsync(
        string container, LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        var found = await Lookup.GetAsync(container, cancellationToken).ConfigureAwait(false);
        await foreach (var line in new LogReader(Connection).ReadAsync(found, range, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <summary>Runs a command in a running container until it ends or is cancelled; Docker cannot end a command that it started, so a cancelled one goes on.</summary>
    /// <param name="container">The container's id or name.</param>
    /// <param name="command">The command.</param>
    /// <param name="onLine">Told each line as it comes, one after the other.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="DockerException">It could not be run, or the engine was lost meanwhile.</exception>
    public async Task<long> RunAsync(string container, ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(onLine);
        var found = await Lookup.GetAsync(container, cancellationToken).ConfigureAwait(false);
        return await Exec.RunAsync(found.ID, command, onLine, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a command in a running container at a terminal until it ends or is cancelled.</summary>
    /// <param name="container">The container's id or name.</param>
    /// <param name="command">The command.</param>
    /// <param name="terminal">The terminal that the command has: all that is typed at it goes to the command.</param>
    /// <param name="cancellationToken">Takes the terminal away from the command.</param>
    /// <returns>The command's exit code.</returns>
    /// <exception cref="DockerException">It could not be run, or the engine was lost meanwhile.</exception>
    public async Task<long> RunAsync(string container, ExecCommand command, ITerminal terminal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(terminal);
        var found = await Lookup.GetAsync(container, cancellationToken).ConfigureAwait(false);
        return await new ExecTerminal(Connection, Exec).RunAsync(found.ID, command, terminal, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();
}
