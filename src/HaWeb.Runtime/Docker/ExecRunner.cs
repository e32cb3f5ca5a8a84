using Docker.DotNet;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Runs commands in containers.</summary>
internal sealed class ExecRunner
{
    private const int LastLines = 50;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private readonly DockerConnection _connection;

    public ExecRunner(DockerConnection connection) => _connection = connection;

    /// <summary>Runs a command to its end and gives its exit code and the last lines of its output.</summary>
    public async Task<DockerResult.Exited> RunAsync(string id, ExecCommand command, CancellationToken cancellationToken)
    {
        var last = new Queue<string>();
        var exitCode = await RunAsync(
            id,
            command,
            line =>
            {
                last.Enqueue(line.Text);
                if (last.Count > LastLines)
                {
                    last.Dequeue();
                }
            },
            cancellationToken).ConfigureAwait(false);
        return new DockerResult.Exited(exitCode, string.Join('\n', last));
    }

    /// <summary>Runs a command to its end, telling its lines as they come.</summary>
    public async Task<long> RunAsync(string id, ExecCommand command, Action<DockerLine> onLine, CancellationToken cancellationToken)
    {
        var exec = await CreateAsync(id, command, cancellationToken).ConfigureAwait(false);
        if (command.IsDetached)
        {
            await _connection.CallAsync((client, token) => client.Exec.StartContainerExecAsync(exec, token), cancellationToken).ConfigureAwait(false);
            return 0;
        }

        using var stream = await _connection.CallAsync(
            (client, token) => client.Exec.StartAndAttachContainerExecAsync(exec, command.HasTerminal, token), cancellationToken).ConfigureAwait(false);
        // The stream does not always look at the token while it reads.
        using var ending = cancellationToken.Register(stream.Dispose);
        var input = WriteAsync(stream, command.Input, cancellationToken);
        var lines = new LineReader(stream).ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (lines.ConfigureAwait(false))
        {
            while (await _connection.ReadAsync(stream, lines.MoveNextAsync, cancellationToken).ConfigureAwait(false))
            {
                onLine(lines.Current);
            }
        }

        await input.ConfigureAwait(false);
        return await ExitCodeAsync(exec, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a command ready to be run, and gives its id.</summary>
    public async Task<string> CreateAsync(string id, ExecCommand command, CancellationToken cancellationToken)
    {
        var parameters = new ContainerExecCreateParameters
        {
            Cmd = [.. command.Command],
            User = command.User,
            WorkingDir = command.WorkingDirectory,
            Env = [.. command.Environment ?? []],
            AttachStdin = command.Input is not null,
            AttachStdout = !command.IsDetached,
            AttachStderr = !command.IsDetached,
            Tty = command.HasTerminal,
            Privileged = command.IsPrivileged,
            Detach = command.IsDetached,
        };
        var exec = await _connection.CallAsync((client, token) => client.Exec.ExecCreateContainerAsync(id, parameters, token), cancellationToken)
            .ConfigureAwait(false);
        return exec.ID;
    }

    private static async Task WriteAsync(MultiplexedStream stream, byte[]? input, CancellationToken cancellationToken)
    {
        if (input is null)
        {
            return;
        }

        try
        {
            await stream.WriteAsync(input, 0, input.Length, cancellationToken).ConfigureAwait(false);
            stream.CloseWrite();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A command may end without reading all that it is given.
        }
    }

    /// <summary>The exit code of a command whose output has ended.</summary>
    public async Task<long> ExitCodeAsync(string exec, CancellationToken cancellationToken)
    {
        // Docker ends the output a moment before it writes down the exit code, and a command may close its output and go on.
        var wait = ShortestWait;
        while (true)
        {
            var state = await _connection.CallAsync((client, token) => client.Exec.InspectContainerExecAsync(exec, token), cancellationToken)
                .ConfigureAwait(false);
            if (!state.Running)
            {
                return state.ExitCode;
            }

            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }
}
