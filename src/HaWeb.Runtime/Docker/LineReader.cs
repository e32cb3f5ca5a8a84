using System.Runtime.CompilerServices;
using Docker.DotNet;

namespace HaWeb.Runtime.Docker;

/// <summary>Cuts what Docker streams into lines, each of the two streams for itself.</summary>
internal sealed class LineReader
{
    private readonly MultiplexedStream _stream;
    private readonly LinePart _output;
    private readonly LinePart _error;

    /// <param name="stream">What Docker streams.</param>
    /// <param name="isDated">Whether the engine puts times into it, as it does into logs.</param>
    public LineReader(MultiplexedStream stream, bool isDated = false)
    {
        _stream = stream;
        _output = new LinePart(DockerOutput.Standard, isDated);
        _error = new LinePart(DockerOutput.Error, isDated);
    }

    /// <summary>Reads to the end; an unfinished last line counts as one.</summary>
    public async IAsyncEnumerable<DockerLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var read = await _stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
            if (read.EOF)
            {
                break;
            }

            var part = read.Target == MultiplexedStream.TargetStream.StandardOut ? _output : _error;
            foreach (var line in part.Take(buffer.AsSpan(0, read.Count)))
            {
                yield return line;
            }
        }

        foreach (var part in new[] { _output, _error })
        {
            if (part.TakeRest() is { } line)
            {
                yield return line;
            }
        }
    }
}
