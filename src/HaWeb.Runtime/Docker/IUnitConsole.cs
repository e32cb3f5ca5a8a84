using HaWeb.Runtime.Terminals;

namespace HaWeb.Runtime.Docker;

/// <summary>What operators see and do in one unit that runs, whatever it runs in. Disposing of it leaves the unit alone.</summary>
public interface IUnitConsole : IDisposable
{
    /// <summary>Reads what the unit has printed, oldest first, and follows it if that is wanted until it ends.</summary>
    /// <exception cref="DockerException">It cannot be read.</exception>
    IAsyncEnumerable<DockerLine> ReadLogAsync(LogRange range, CancellationToken cancellationToken);

    /// <summary>Runs a command in the unit and gives its exit code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="onLine">Told each line as it comes, one after the other.</param>
    /// <param name="cancellationToken">Ends the waiting, not the command.</param>
    /// <exception cref="DockerException">It cannot be run.</exception>
    Task<long> RunAsync(ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken);

    /// <summary>Runs a command in the unit at a terminal and gives its exit code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="cancellationToken">Ends the waiting; the command loses its terminal.</param>
    /// <exception cref="DockerException">It cannot be run.</exception>
    Task<long> RunAsync(ExecCommand command, ITerminal terminal, CancellationToken cancellationToken);
}
