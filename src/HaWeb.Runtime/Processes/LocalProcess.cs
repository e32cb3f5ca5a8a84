using System.Globalization;
using System.Text;

namespace HaWeb.Runtime.Processes;

/// <summary>
/// The processes of this machine, as its kernel tells of them. One that executes a program, as HAProxy's master does when it reads its config anew, has no
/// command line for a moment: then its name stands for it.
/// </summary>
internal static class LocalProcess
{
    // nginx says at once what a process does; HAProxy's master has the workers that it replaces before its config files.
    private const int Longest = 4096;

    // Of the fields of its status, without its id.
    private const int NameField = 0;
    private const int StateField = 1;
    private const int ParentField = 2;
    private const int SessionField = 4;
    private const int StartField = 20;

    // ESRCH, of one that ends while it is looked at.
    private const int IsGone = 3;

    /// <summary>Looks at one; null when there is none, or it has ended and waits for its parent.</summary>
    /// <exception cref="IOException">It cannot be seen.</exception>
    public static ProcessRow? Look(int id) =>
        StatusOf(id) is { } status
        && status[StateField] is not ("Z" or "X")
        && NumberIn(status, ParentField) is { } parent
        && NumberIn(status, SessionField) is { } session
        && NumberIn(status, StartField) is { } started
        && ReadOf(id, "cmdline") is { } title
            ? new ProcessRow(id, (int)parent, started, title.Length > 0 ? title.Replace('\0', ' ').Trim() : status[NameField], (int)session)
            : null;

    /// <summary>A process and its children, itself first; nothing when there is none.</summary>
    public static IReadOnlyList<ProcessRow> Family(int id)
    {
        if (Look(id) is not { } self)
        {
            return [];
        }

        // The list of its children that the kernel has may lack some while others end, so all are looked at.
        var family = new List<ProcessRow> { self };
        foreach (var other in Ids())
        {
            if (StatusOf(other) is { } status
                && NumberIn(status, ParentField) == id
                && Look(other) is { } child)
            {
                family.Add(child);
            }
        }

        return family;
    }

    /// <summary>All processes of the machine, those that have ended and wait for their parents left out.</summary>
    public static IEnumerable<ProcessRow> All() => Ids().Select(Look).OfType<ProcessRow>();

    /// <summary>Whether the environment that a process was started with has a variable with this value.</summary>
    public static bool HasVariable(int id, string name, string value)
    {
        try
        {
            var environment = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/environ"));
            var wanted = Encoding.UTF8.GetBytes($"{name}={value}\0");
            var at = environment.AsSpan().IndexOf(wanted);
            return at == 0 || (at > 0 && environment[at - 1] == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<int> Ids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                yield return id;
            }
        }
    }

    /// <summary>The fields of its status from its name on; null when there is no such process.</summary>
    private static string[]? StatusOf(int id)
    {
        if (ReadOf(id, "stat") is not { } status)
        {
            return null;
        }

        // The name stands in brackets and may hold anything.
        var end = status.LastIndexOf(')');
        return [status[(status.IndexOf('(', StringComparison.Ordinal) + 1)..end], .. status[(end + 2)..].Split(' ', StartField + 1)];
    }

    private static long? NumberIn(string[] fields, int field) =>
        field < fields.Length && long.TryParse(fields[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <exception cref="IOException">It cannot be read, for want of files that may be open for example, which says nothing about the process.</exception>
    private static string? ReadOf(int id, string file)
    {
        // Far more processes are looked at than there are the balancer's own: this is the cheapest way.
        Span<byte> buffer = stackalloc byte[Longest];
        try
        {
            using var handle = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}"));
            return Encoding.UTF8.GetString(buffer[..RandomAccess.Read(handle, buffer, 0)]);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException { HResult: IsGone })
        {
            return null;
        }
    }
}
