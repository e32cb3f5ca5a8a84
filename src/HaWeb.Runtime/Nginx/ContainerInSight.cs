using System.Globalization;
using System.Text;
using HaWeb.Runtime.Processes;
using Microsoft.Win32.SafeHandles;

namespace HaWeb.Runtime.Nginx;

/// <summary>
/// A running container of this very machine: its files and processes are reached without the Docker Engine, which starts a process for each such request
/// and takes ten times as long as nginx takes to reload. Whatever cannot be done here is left to the engine.
/// </summary>
internal sealed class ContainerInSight
{
    private readonly int _id;
    private readonly SafeFileHandle _process;

    private ContainerInSight(int id, SafeFileHandle process)
    {
        _id = id;
        _process = process;
    }

    /// <summary>Whether it runs still: the container that was started anew is another one.</summary>
    public bool IsRunning => LinuxCalls.IsAlive(_process);

    /// <summary>Looks for a container among this machine's processes.</summary>
    /// <param name="container">The container's id.</param>
    /// <param name="process">Its first process, as the engine sees it.</param>
    /// <returns>Null when it is not there, or may not be looked at: the engine may run elsewhere, and this process may be in a container itself.</returns>
    public static ContainerInSight? TryFind(string container, long process)
    {
        if (!OperatingSystem.IsLinux() || process is <= 0 or > int.MaxValue || LinuxCalls.OpenProcess((int)process) is not { } held)
        {
            return null;
        }

        var found = new ContainerInSight((int)process, held);
        using var root = found.IsOf(container) ? found.OpenRoot() : null;
        if (root is not null)
        {
            return found;
        }

        held.Dispose();
        return null;
    }

    /// <summary>Its first process and that one's children; null when it runs no longer.</summary>
    public IReadOnlyList<ProcessRow>? Processes()
    {
        var family = LocalProcess.Family(_id);
        return IsRunning ? family : null;
    }

    /// <summary>A file; null when it cannot be read here.</summary>
    public ConfigFile? Read(string path) => Open(path, LinuxCalls.Read, file =>
    {
        using var stream = new FileStream(file, FileAccess.Read);
        using var reader = new StreamReader(stream);
        return new ConfigFile(reader.ReadToEnd(), File.GetLastWriteTimeUtc(file));
    });

    /// <summary>Writes a file in place, so that one which is itself a mount stays it.</summary>
    /// <returns>Whether it could be written here.</returns>
    public bool Write(string path, string text) => Open(path, LinuxCalls.WriteAnew, file =>
    {
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        return file;
    }) is not null;

    /// <summary>Signals its first process.</summary>
    /// <returns>Whether it could be signalled.</returns>
    public bool Signal(int signal) => LinuxCalls.Signal(_process, signal);

    private bool IsOf(string container)
    {
        try
        {
            return File.ReadAllText(PathOf("cgroup")).Contains(container, StringComparison.Ordinal) && IsRunning;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private T? Open<T>(string path, ulong flags, Func<SafeFileHandle, T> use)
        where T : class
    {
        using var root = OpenRoot();
        using var file = root is null ? null : LinuxCalls.OpenBelow(root, path, flags);
        try
        {
            return file is null ? null : use(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private SafeFileHandle? OpenRoot()
    {
        var root = LinuxCalls.OpenFolder(PathOf("root"));

        // While the process runs, its id means no other one.
        if (root is not null && IsRunning)
        {
            return root;
        }

        root?.Dispose();
        return null;
    }

    private string PathOf(string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{_id}/{file}");
}
