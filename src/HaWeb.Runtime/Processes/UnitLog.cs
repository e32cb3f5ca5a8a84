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
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public async IAsyncEnumerable<DockerLine> ReadAsync(LogRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);

        // How far the file was read is noted: what comes later is followed from there.
        var present = Read(_file, 0);
        var position = (long)present.Length;
        var lines = Parse(Read(_earlier, 0)).Concat(Parse(present)).Where(line => range.Since is null || line.Time >= range.Since);
        foreach (var line in range.Tail is { } tail ? lines.TakeLast(tail) : lines)
        {
            yield return line;
        }

        while (range.Follow)
        {
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            var length = File.Exists(_file) ? new FileInfo(_file).Length : 0;
            if (length < position)
            {
                foreach (var line in Parse(Read(_earlier, position)))
                {
                    yield return line;
                }

                position = 0;
            }

            var news = Read(_file, position);
            position += news.Length;
            foreach (var line in Parse(news))
            {
                yield return line;
            }
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

    /// <summary>The whole lines of a file from a place on: the end of one that is being written may not be there yet.</summary>
    private static byte[] Read(string path, long from)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Min(from, file.Length);
            var bytes = new byte[file.Length - file.Position];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..(bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static IEnumerable<DockerLine> Parse(byte[] bytes)
    {
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
