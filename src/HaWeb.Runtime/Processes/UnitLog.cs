using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using HaWeb.Runtime.Docker;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// The bounded log of a unit that runs as processes: a file of lines with their times, and the one before it. It outlives the agent and the processes; the
/// machine's next start ends it.
/// </summary>
public sealed class UnitLog
{
    private const long LongestFile = 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _folder;
    private readonly string _file;
    private readonly string _earlier;

    /// <summary>The log of a unit.</summary>
    /// <param name="runFolder">The agent's folder of what lasts until the machine is switched off.</param>
    /// <param name="unit">The unit's full name.</param>
    public UnitLog(string runFolder, string unit)
    {
        _folder = Path.Combine(runFolder, "logs", unit);
        _file = Path.Combine(_folder, "log");
        _earlier = Path.Combine(_folder, "log.1");
    }

    /// <summary>Whether anything was ever printed.</summary>
    public bool Exists => File.Exists(_file) || File.Exists(_earlier);

    /// <summary>Adds lines.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Append(IEnumerable<DockerLine> lines)
    {
        Directory.CreateDirectory(_folder);
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line.Output is DockerOutput.Error ? 'E' : 'O').Append(' ')
                .Append(line.Time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)).Append(' ').Append(line.Text).Append('\n');
        }

        File.AppendAllText(_file, text.ToString());
        if (new FileInfo(_file).Length > LongestFile)
        {
            File.Move(_file, _earlier, overwrite: true);
        }
    }

    /// <summary>Reads it, and follows it if that is wanted.</summary>
    public async IAsyncEnumerable<DockerLine> ReadAsync(LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);

        // The end of the file is noted before it is read: what comes later is followed from there.
        var position = Length();
        var lines = Parse(_earlier, 0, long.MaxValue).Concat(Parse(_file, 0, position)).Where(line => range.Since is null || line.Time >= range.Since);
        foreach (var line in range.Tail is { } tail ? lines.TakeLast(tail) : lines)
        {
            yield return line;
        }

        while (range.Follow)
        {
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            var length = Length();
            if (length < position)
            {
                foreach (var line in Parse(_earlier, position, long.MaxValue))
                {
                    yield return line;
                }

                position = 0;
            }

            foreach (var line in Parse(_file, position, length))
            {
                yield return line;
            }

            position = length;
        }
    }

    /// <summary>It goes.</summary>
    public void Delete()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private long Length() => File.Exists(_file) ? new FileInfo(_file).Length : 0;

    private static IEnumerable<DockerLine> Parse(string path, long from, long to)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Min(from, file.Length);
            bytes = new byte[Math.Max(0, Math.Min(to, file.Length) - file.Position)];
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            yield break;
        }

        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = line.IndexOf(' ', 2 < line.Length ? 2 : 0);
            if (end > 2 && DateTimeOffset.TryParse(line.AsSpan(2, end - 2), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
            {
                yield return new DockerLine(line[0] == 'E' ? DockerOutput.Error : DockerOutput.Standard, time, line[(end + 1)..]);
            }
        }
    }
}
