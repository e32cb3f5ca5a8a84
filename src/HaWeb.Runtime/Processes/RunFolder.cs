using System.Globalization;
using System.Text.Json;
using HaWeb.Core.Processes;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// One process that was started for a unit, as its folder tells of it: <c>run</c> whose it is, <c>parent</c> and <c>pid</c> the two processes, <c>exit</c> its
/// exit code, <c>out</c> and <c>err</c> what it prints.
/// </summary>
internal sealed class RunFolder
{
    private const int Killed = 137;

    private long? _exitCode;

    private RunFolder(string path, RunRecord record)
    {
        Path = path;
        Record = record;
        Invocation = System.IO.Path.GetFileName(path);
        Output = new SpoolReader(System.IO.Path.Combine(path, "out"));
        Errors = new SpoolReader(System.IO.Path.Combine(path, "err"));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>systemd's INVOCATION_ID of the run, by which its processes are known.</summary>
    public string Invocation { get; }

    /// <summary>Whose it is.</summary>
    public RunRecord Record { get; }

    /// <summary>What it prints.</summary>
    public SpoolReader Output { get; }

    /// <summary>What it prints as errors.</summary>
    public SpoolReader Errors { get; }

    /// <summary>Where it says that it is ready; null when it is not asked to, and when an earlier agent has started it.</summary>
    public ReadySocket? Socket { get; set; }

    /// <summary>Its id.</summary>
    public string Id => ProcessId.Of(Invocation);

    /// <summary>Whether it is the unit itself, not one of its commands.</summary>
    public bool IsMain => Record.Labels.RunHash.Length > 0;

    /// <summary>Whether its end has been told.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether all that it had printed when its end was seen was taken in.</summary>
    public bool IsTakenIn { get; set; }

    /// <summary>Its number in the machine; 0 when it never started.</summary>
    public int Number => ReadNumber("pid") is { } number ? (int)number : 0;

    /// <summary>Its parent, which keeps its exit code; null when that has ended.</summary>
    public ProcessRow? Parent
    {
        get
        {
            var fields = ReadText("parent").Split(' ');
            return fields is [var id, var started]
                && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && LocalProcess.Look(number) is { } row
                && row.Started.ToString(CultureInfo.InvariantCulture) == started.Trim()
                ? row
                : null;
        }
    }

    /// <summary>Its exit code; null while it runs. One whose parent was killed counts as killed.</summary>
    /// <exception cref="IOException">It cannot be read now, which says nothing about the process.</exception>
    public long? ExitCode => _exitCode ??= ReadNumber("exit") ?? (Parent is null ? ReadNumber("exit") ?? Killed : null);

    /// <summary>The process as an agent is told of it.</summary>
    public ProcessState State => ExitCode is var code && code is null
        ? new ProcessState(Id, Number, Record.Labels, true, null, Record.StartedAt)
        : new ProcessState(Id, Number, Record.Labels, false, code, Record.StartedAt);

    /// <summary>Makes the folder of a new run.</summary>
    public static RunFolder Create(string folder, RunRecord record)
    {
        var path = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(path);
        File.WriteAllText(System.IO.Path.Combine(path, "run"), JsonSerializer.Serialize(record, RunRecordJson.Default.RunRecord));
        return new RunFolder(path, record);
    }

    /// <summary>Opens one that is there; null when it does not say whose it is.</summary>
    /// <exception cref="IOException">It cannot be read now.</exception>
    public static RunFolder? Open(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllText(System.IO.Path.Combine(path, "run")), RunRecordJson.Default.RunRecord);
            return record?.Labels is null ? null : new RunFolder(path, record);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes down its variables for its start, which takes them away.</summary>
    public void WriteEnvironment(string script) => File.WriteAllText(System.IO.Path.Combine(Path, "environment"), script);

    /// <summary>Writes down who its parent is.</summary>
    public void Started(ProcessRow parent) =>
        File.WriteAllText(System.IO.Path.Combine(Path, "parent"), string.Create(CultureInfo.InvariantCulture, $"{parent.Id} {parent.Started}"));

    /// <summary>The folder goes.</summary>
    public void Delete()
    {
        Output.Dispose();
        Errors.Dispose();
        Socket?.Dispose();
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private long? ReadNumber(string file) =>
        long.TryParse(ReadText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(Path, file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
