using System.Text;

namespace HaWeb.Runtime.Docker;

/// <summary>Cuts one of the two parts of what Docker streams into lines.</summary>
internal sealed class LinePart
{
    // A program that never ends its line must not fill our memory.
    private const int LongestLine = 64 * 1024;

    // What is longer lies in a log as several entries, each with a time of its own.
    private const int LongestEntry = 16 * 1024;

    // A character that was cut in two is kept as signs for bytes that are none, which are longer.
    private const int LongestOverhang = 12;

    // 2006-01-02T15:04:05.000000000Z and a space; an offset such as +01:00 is longer than the Z.
    private const int ShortestStamp = 31;
    private const int LongestStamp = 36;

    private readonly DockerOutput _output;
    private readonly bool _isDated;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private readonly byte[] _stamp = new byte[LongestStamp];
    private DateTimeOffset? _time;
    private bool _isInStamp;
    private int _stampLength;
    private int _entryLength;

    /// <param name="output">Which part it is.</param>
    /// <param name="isDated">Whether the engine puts the time and a space before every entry, as it does in logs.</param>
    public LinePart(DockerOutput output, bool isDated)
    {
        _output = output;
        _isDated = isDated;
        _isInStamp = isDated;
    }

    /// <summary>Takes what was read, and gives the lines that end in it.</summary>
    public List<DockerLine> Take(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<DockerLine>();
        while (bytes.Length > 0)
        {
            bytes = bytes[(_isInStamp ? TakeStamp(bytes[0]) : TakeText(bytes, lines))..];
        }

        return lines;
    }

    /// <summary>The unfinished last line; null when there is none.</summary>
    public DockerLine? TakeRest()
    {
        EndStamp();
        Append([], isEnd: true);
        return _line.Length > 0 ? Line() : null;
    }

    private int TakeStamp(byte next)
    {
        if (next == '\n')
        {
            EndStamp();
            return 0;
        }

        _stamp[_stampLength++] = next;
        if (next == ' ' || _stampLength == LongestStamp)
        {
            EndStamp();
        }

        return 1;
    }

    /// <summary>What was taken for a time is one, or it is text.</summary>
    private void EndStamp()
    {
        var stamp = _stamp.AsSpan(0, _stampLength);
        _isInStamp = false;
        _stampLength = 0;
        _entryLength = 0;
        if (stamp.Length >= ShortestStamp && stamp[^1] == ' ' && ContainerStates.TimeOf(Encoding.ASCII.GetString(stamp[..^1])) is { } time)
        {
            _time = _line.Length == 0 ? time : _time;
        }
        else
        {
            Append(stamp, isEnd: false);
        }
    }

    private int TakeText(ReadOnlySpan<byte> bytes, List<DockerLine> lines)
    {
        var overhang = _isDated ? _entryLength - LongestEntry : int.MaxValue;
        if (overhang is >= 0 and <= LongestOverhang && char.IsAsciiDigit((char)bytes[0]))
        {
            _isInStamp = true;
            return 0;
        }

        var text = bytes[..Math.Min(bytes.Length, overhang < 0 ? -overhang : overhang <= LongestOverhang ? 1 : bytes.Length)];
        var end = text.IndexOf((byte)'\n');
        Append(end < 0 ? text : text[..end], isEnd: end >= 0);
        if (end >= 0 || _line.Length >= LongestLine)
        {
            lines.Add(Line());
        }

        if (end >= 0)
        {
            _time = null;
            _isInStamp = _isDated;
            return end + 1;
        }

        return text.Length;
    }

    // A character may lie in two entries: the decoder keeps its beginning.
    private void Append(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        _line.Append(characters.AsSpan(0, _decoder.GetChars(bytes, characters, isEnd)));
        _entryLength += _isDated ? bytes.Length : 0;
    }

    private DockerLine Line()
    {
        var text = _line.ToString().TrimEnd('\r');
        _line.Clear();
        return new DockerLine(_output, _time, text);
    }
}
