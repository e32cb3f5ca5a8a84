using System.Globalization;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Keepalived;

/// <summary>The files of one unit's keepalived, by which an agent that comes later knows it again.</summary>
/// <param name="folder">The folder of all of them.</param>
/// <param name="unit">The unit.</param>
internal sealed class KeepalivedFiles(string folder, string unit)
{
    private const string ConfigSuffix = ".conf";
    private const string StateSuffix = ".state";

    // A backslash may be in a unit's name and means something in keepalived's config; a plus may not be in a name.
    private readonly string _start = Path.Combine(folder, unit.Replace('\\', '+'));

    /// <summary>The folder of all of them.</summary>
    public string Folder => folder;

    /// <summary>Its config.</summary>
    public string Config => _start + ConfigSuffix;

    /// <summary>What it runs.</summary>
    public string Script => _start + ".sh";

    /// <summary>What it is, noted by itself.</summary>
    public string State => _start + StateSuffix;

    /// <summary>The process id of its main process, written by itself.</summary>
    public string MainId => _start + ".pid";

    /// <summary>The process id of the process that speaks VRRP, written by itself.</summary>
    public string VrrpId => _start + ".vrrp.pid";

    /// <summary>What it says.</summary>
    public string Log => _start + ".log";

    /// <summary>The units whose keepaliveds run, in ordinal order.</summary>
    public static IReadOnlyList<string> Units(string folder) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*" + ConfigSuffix)
            .Select(path => UnitOf(path, ConfigSuffix)!)
            .Where(unit => new KeepalivedFiles(folder, unit).Running().Count > 0)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The unit whose state a file notes; null when it notes none.</summary>
    public static string? UnitOfState(string path) => UnitOf(path, StateSuffix);

    /// <summary>What it is; null when it has noted nothing.</summary>
    public KeepalivedState? ReadState() => Read(State) switch
    {
        "MASTER" => KeepalivedState.Master,
        "BACKUP" => KeepalivedState.Backup,
        "FAULT" => KeepalivedState.Fault,
        _ => null,
    };

    /// <summary>The processes of it that run, the main one first. A number that another process got meanwhile is told apart by the command line.</summary>
    public IReadOnlyList<int> Running() => [.. new[] { MainId, VrrpId }.Select(ReadId).OfType<int>().Where(IsOurs)];

    /// <summary>The last lines that it said, on one.</summary>
    public string LastWords()
    {
        try
        {
            var lines = File.ReadLines(Log).Where(line => line.Length > 0).TakeLast(3).ToList();
            return lines.Count == 0 ? "it said nothing" : string.Join("; ", lines);
        }
        catch (IOException)
        {
            return "it said nothing";
        }
    }

    /// <summary>Removes all of them but the log.</summary>
    public void Remove()
    {
        foreach (var path in new[] { Config, Script, State, MainId, VrrpId })
        {
            File.Delete(path);
        }
    }

    private static string? UnitOf(string path, string suffix) =>
        path.EndsWith(suffix, StringComparison.Ordinal) ? Path.GetFileName(path)[..^suffix.Length].Replace('+', '\\') : null;

    private static int? ReadId(string path) => int.TryParse(Read(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private bool IsOurs(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0').Contains(Config, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
