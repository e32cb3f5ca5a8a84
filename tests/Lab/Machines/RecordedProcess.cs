using System.Globalization;
using System.Runtime.InteropServices;

namespace HaWeb.Lab;

/// <summary>
/// A process that a lab started and wrote down in a file, so that a later run knows it again. A number that another
/// process got meanwhile is told apart by the start time and by the command line, which names the lab's folder.
/// </summary>
/// <param name="Id">Its process id, as this machine counts.</param>
/// <param name="StartTime">When it started, in clock ticks since boot, as the kernel has it.</param>
internal sealed record RecordedProcess(int Id, long StartTime)
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    public static string PathOf(string folder, string role) => Path.Combine(folder, role + ".pid");

    /// <summary>
    /// Reads what was written down; null when nothing was, or the process is gone or is another one. One that is just becoming another program has
    /// no command line for a moment, and is told by its start time alone.
    /// </summary>
    public static RecordedProcess? Read(string path, string labFolder)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var words = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries);
        return words.Length == 2
            && int.TryParse(words[0], CultureInfo.InvariantCulture, out var id)
            && long.TryParse(words[1], CultureInfo.InvariantCulture, out var started)
            && new RecordedProcess(id, started) is { IsAlive: true } process
            && (process.CommandLine is { Length: 0 } || process.CommandLine.Contains(labFolder, StringComparison.Ordinal))
                ? process
                : null;
    }

    /// <summary>Finds a process that runs now; null when there is none of that id.</summary>
    public static RecordedProcess? Find(int id) => StartTimeOf(id) is { } started ? new RecordedProcess(id, started) : null;

    public bool IsAlive => StartTimeOf(Id) == StartTime;

    public string CommandLine => ReadOrEmpty($"/proc/{Id}/cmdline").Replace('\0', ' ');

    public void Write(string path) => File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{Id} {StartTime}"));

    /// <summary>Kills it, SIGKILL, and waits until it is gone.</summary>
    public Task KillAsync() => SignalAsync(SigKill, TimeSpan.FromSeconds(10));

    /// <summary>Asks it to end, SIGTERM, and waits; kills it when it does not.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        try
        {
            await SignalAsync(SigTerm, patience);
        }
        catch (LabException)
        {
            await KillAsync();
        }
    }

    private async Task SignalAsync(int signal, TimeSpan patience)
    {
        if (!IsAlive)
        {
            return;
        }

        _ = Kill(Id, signal);
        await Wait.UntilAsync(() => !IsAlive, patience, $"process {Id} to end");
    }

    private static long? StartTimeOf(int id)
    {
        // The name, the second field, may hold blanks and brackets: count from its end. State is the first field after it.
        var stat = ReadOrEmpty($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && fields[0] is not ("Z" or "X") ? long.Parse(fields[19], CultureInfo.InvariantCulture) : null;
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int id, int signal);
}
