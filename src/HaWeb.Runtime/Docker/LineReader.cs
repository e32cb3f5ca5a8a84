using System.Runtime.CompilerServices;
using System.Text;
using Docker.DotNet;

namespace HaWeb.Runtime.Docker;

/// <summary>Cuts what Docker streams into lines, each of the two streams for itself.</summary>
internal sealed class LineReader
{
    // A program that never ends its line must not fill our memory.
    private const int LongestLine = 64 * 1024;

    private readonly MultiplexedStream _stream;
    private readonly Part _output = new(DockerOutput.Standard);
    private readonly Part _error = new(DockerOutput.Error);

    public LineReader(MultiplexedStream stream) => _stream = stream;

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

    private sealed class Part(DockerOutput output)
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private readonly StringBuilder _line = new();

        public List<DockerLine> Take(ReadOnlySpan<byte> bytes)
        {
            var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            var rest = characters.AsSpan(0, _decoder.GetChars(bytes, characters, flush: false));
            var lines = new List<DockerLine>();
            while (rest.Length > 0)
            {
                var end = rest.IndexOf('\n');
                _line.Append(end < 0 ? rest : rest[..end]);
                rest = end < 0 ? [] : rest[(end + 1)..];
                if (end >= 0 || _line.Length >= LongestLine)
                {
                    lines.Add(Line());
                }
            }

            return lines;
        }

        public DockerLine? TakeRest() => _line.Length > 0 ? Line() : null;

        private DockerLine Line()
        {
            var text = _line.ToString().TrimEnd('\r');
            _line.Clear();
            return new DockerLine(output, null, text);
        }
    }
}
