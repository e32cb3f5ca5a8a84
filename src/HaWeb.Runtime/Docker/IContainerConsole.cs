namespace HaWeb.Runtime.Docker;

/// <summary>What operators see and do in containers.</summary>
public interface IContainerConsole : IDisposable
{
    /// <summary>Reads what a container has printed, and follows it if that is wanted.</summary>
    /// <exception cref="DockerException">It cannot be read.</exception>
    IAsyncEnumerable<DockerLine> ReadLogAsync(string container, LogRange range, CancellationToken cancellationToken);

    /// <summary>Runs a command in a running container and gives its exit code.</summary>
    /// <exception cref="DockerException">It cannot be run.</exception>
    Task<long> RunAsync(string container, ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken);
}
