using System.Runtime.CompilerServices;
using HaWeb.Core.Containers;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Terminals;

namespace HaWeb.Runtime.Processes;

/// <summary>A unit that is a process: its log lies on its machine, and there is no container to run commands in.</summary>
/// <param name="runFolder">The agent's folder of what lasts until the machine is switched off; another machine does not have it.</param>
/// <param name="unit">The unit's full name.</param>
/// <param name="machine">The machine's id.</param>
public sealed class ProcessConsole(string runFolder, string unit, string machine) : IUnitConsole
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DockerLine> ReadLogAsync(LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Directory.Exists(runFolder))
        {
            throw new DockerException(DockerFailure.Unavailable, $"{unit} is a process on {machine}, where {Path.Combine(runFolder, "logs", unit)} keeps what it prints");
        }

        var lines = new UnitLog(runFolder, unit).ReadAsync(range, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = lines.ConfigureAwait(false);
        while (await HasMoreAsync(lines).ConfigureAwait(false))
        {
            yield return lines.Current;
        }
    }

    /// <inheritdoc/>
    public Task<long> RunAsync(ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken) => throw NoContainer();

    /// <inheritdoc/>
    public Task<long> RunAsync(ExecCommand command, ITerminal terminal, CancellationToken cancellationToken) => throw NoContainer();

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private async Task<bool> HasMoreAsync(IAsyncEnumerator<DockerLine> lines)
    {
        try
        {
            return await lines.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DockerException(DockerFailure.Unavailable, $"The log of {unit} on {machine} cannot be read: {e.Message.TrimEnd('.')}", e);
        }
    }

    private DockerException NoContainer() => new(DockerFailure.Refused, $"{unit} is a process on {machine}: it has no container to run a command in");
}
