using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// Takes in what a process prints into a file: the process only ever appends, and what has been taken in is given back to the file system. How far it has come
/// stands beside the file, for the next agent.
/// </summary>
internal sealed class SpoolReader : IDisposable
{
    private const int LongestLine = 48 * 1024;
    private const int Portion = 64 * 1024;
    private const int MostPortions = 16;
    private const long Worthwhile = 1024 * 1024;
    private const long MostWaiting = 8 * 1024 * 1024;

    private readonly string _path;
    private readonly string _mark;
    private readonly List<byte> _line = [];
    private SafeFileHandle? _file;
    private long _position;
    private long _givenBack;

    /// <param name="path">The file, which need not be there yet.</param>
    public SpoolReader(string path)
    {
        _path = path;
        _mark = path + ".read";
    }

    /// <summary>Takes in what is new, and gives the whole lines. What is printed faster than it can be taken in is dropped, and a line says so.</summary>
    /// <param name="isEnd">
    /// Whether the process has ended: all that stands there now is taken in, also a line without an end, and not a megabyte at most.
    /// </param>
    /// <exception cref="IOException">It cannot be read now.</exception>
    public List<string> Read(bool isEnd)
    {
        var lines = new List<string>();
        if (!TryOpen())
        {
            return lines;
        }

        var length = RandomAccess.GetLength(_file!);
        if (length < _position)
        {
            // It was emptied, since nobody took in what it held.
            _position = 0;
            _givenBack = 0;
            _line.Clear();
        }
        else if (length - _position > MostWaiting)
        {
            Skip(length - Portion * MostPortions, lines);
        }

        var buffer = new byte[Portion];
        for (var portion = 0; (isEnd || portion < MostPortions) && _position < length; portion++)
        {
            var count = RandomAccess.Read(_file!, buffer.AsSpan(0, (int)Math.Min(Portion, length - _position)), _position);
            if (count == 0)
            {
                break;
            }

            _position += count;
            Split(buffer.AsSpan(0, count), lines);
        }

        if (isEnd && _line.Count > 0)
        {
            EndLine(lines, _line.Count);
        }

        return lines;
    }

    /// <summary>The lines that were given are kept elsewhere now.</summary>
    public void Confirm()
    {
        if (_file is null)
        {
            return;
        }

        var taken = _position - _line.Count;
        File.WriteAllText(_mark + ".new", taken.ToString(CultureInfo.InvariantCulture));
        File.Move(_mark + ".new", _mark, overwrite: true);
        if (taken - _givenBack >= Worthwhile)
        {
            LinuxCalls.GiveBack(_file, taken);
            _givenBack = taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private bool TryOpen()
    {
        if (_file is null && File.Exists(_path))
        {
            _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            _position = File.Exists(_mark) && long.TryParse(File.ReadAllText(_mark), NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : 0;
        }

        return _file is not null;
    }

    /// <summary>What stands before a place goes, also from the file system.</summary>
    private void Skip(long place, List<string> lines)
    {
        if (_line.Count > 0)
        {
            EndLine(lines, _line.Count);
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"[{(place - _position) / 1024} KiB were printed here, faster than they can be kept]"));
        _position = place;
        LinuxCalls.GiveBack(_file!, place);
        _givenBack = place;
    }

    private void Split(ReadOnlySpan<byte> bytes, List<string> lines)
    {
        while (bytes.IndexOf((byte)'\n') is var end and >= 0)
        {
            _line.AddRange(bytes[..end]);
            EndLine(lines, _line.Count);
            bytes = bytes[(end + 1)..];
        }

        _line.AddRange(bytes);
        if (_line.Count > LongestLine)
        {
            EndLine(lines, LengthOfWhole(CollectionsMarshal.AsSpan(_line)));
        }
    }

    /// <summary>Where a long line can be cut: in front of a character of which the rest is still to come.</summary>
    private static int LengthOfWhole(ReadOnlySpan<byte> bytes)
    {
        for (var start = bytes.Length - 1; start >= bytes.Length - 3; start--)
        {
            if (Rune.DecodeFromUtf8(bytes[start..], out _, out _) == OperationStatus.NeedMoreData)
            {
                return start;
            }
        }

        return bytes.Length;
    }

    private void EndLine(List<string> lines, int length)
    {
        var text = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_line)[..length]);
        lines.Add(text.EndsWith('\r') ? text[..^1] : text);
        _line.RemoveRange(0, length);
    }
}
