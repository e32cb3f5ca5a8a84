using System.Globalization;
using System.Runtime.CompilerServices;
using Docker.DotNet.Models;

namespace HaWeb.Runtime.Docker;

/// <summary>Reads what containers printed.</summary>
internal sealed class LogReader
{
    private readonly DockerConnection _connection;

    public LogReader(DockerConnection connection) => _connection = connection;

    public async IAsyncEnumerable<DockerLine> ReadAsync(
        ContainerInspectResponse container, LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Timestamps = true,
            Follow = range.Follow,
            Tail = range.Tail?.ToString(CultureInfo.InvariantCulture) ?? "all",
            Since = range.Since is { } since ? SecondsOf(since) : null,
        };
        using var stream = await _connection.CallAsync(
            (client, token) => client.Containers.GetContainerLogsAsync(container.ID, container.Config.Tty, parameters, token), cancellationToken)
            .ConfigureAwait(false);
        // The stream does not always look at the token while it reads.
        using var ending = cancellationToken.Register(stream.Dispose);
        var lines = new LineReader(stream, isDated: true).ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (lines.ConfigureAwait(false))
        {
            while (await _connection.ReadAsync(stream, lines.MoveNextAsync, cancellationToken).ConfigureAwait(false))
            {
                yield return lines.Current;
            }
        }
    }

    /// <summary>A time as Docker takes it in a query: seconds since 1970, with a fraction.</summary>
    public static string SecondsOf(DateTimeOffset time)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        return string.Create(
            CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick:000000000}");
    }
}
