using Docker.DotNet;
using Docker.DotNet.Models;
using HaWeb.Runtime.Terminals;

namespace HaWeb.Runtime.Docker;

/// <summary>Runs a command in a container at a terminal: what is typed goes in as it is, Ctrl+C too, and the command learns of every new size.</summary>
internal sealed class ExecTerminal(DockerConnection connection, ExecRunner runner)
{
    private const int SizeTries = 10;

    private static readonly TimeSpan SizePause = TimeSpan.FromMilliseconds(20);

    public async Task<long> RunAsync(string id, ExecCommand command, ITerminal terminal, CancellationToken cancellationToken)
    {
        var exec = await runner.CreateAsync(id, command with { HasTerminal = true, Input = [] }, cancellationToken).ConfigureAwait(false);
        using var stream = await connection.CallAsync((client, token) => client.Exec.StartAndAttachContainerExecAsync(exec, true, token), cancellationToken)
            .ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resizing = FollowSizeAsync(exec, terminal, ending.Token);
        var typing = PassInputAsync(terminal, stream, ending.Token);
        try
        {
            // The stream does not always look at the token while it reads.
            using var cancelling = cancellationToken.Register(stream.Dispose);
            await ShowAsync(stream, terminal, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(resizing, typing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await runner.ExitCodeAsync(exec, cancellationToken).ConfigureAwait(false);
    }

    private async Task ShowAsync(MultiplexedStream stream, ITerminal terminal, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await connection.ReadAsync(
                stream, () => new ValueTask<MultiplexedStream.ReadResult>(stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken)), cancellationToken).ConfigureAwait(false);
            if (read.EOF)
            {
                return;
            }

            terminal.Write(buffer.AsSpan(0, read.Count));
        }
    }

    private static async Task PassInputAsync(ITerminal terminal, MultiplexedStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4 * 1024];
        while (await terminal.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            await stream.WriteAsync(buffer, 0, count, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FollowSizeAsync(string exec, ITerminal terminal, CancellationToken cancellationToken)
    {
        while (true)
        {
            await SetSizeAsync(exec, terminal.Size, cancellationToken).ConfigureAwait(false);
            await terminal.ResizedAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SetSizeAsync(string exec, TerminalSize size, CancellationToken cancellationToken)
    {
        // The command has its terminal a moment after it was asked for, and may have ended.
        for (var i = 0; i < SizeTries; i++)
        {
            try
            {
                await connection.CallAsync(
                    (client, token) => client.Exec.ResizeContainerExecTtyAsync(exec, new ContainerResizeParameters { Width = size.Columns, Height = size.Rows }, token),
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DockerException)
            {
                await Task.Delay(SizePause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
