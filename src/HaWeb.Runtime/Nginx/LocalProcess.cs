using System.Globalization;
using System.Text;

namespace HaWeb.Runtime.Nginx;

/// <summary>A process of this machine, as its kernel tells of it.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Title">Its command line, or what it made of it.</param>
internal sealed record LocalProcess(int Id, int Parent, string Title)
{
    // What a title says of nginx stands at its beginning.
    private const int Longest = 1024;

    /// <summary>Looks at one; null when there is none.</summary>
    public static LocalProcess? Look(int id) =>
        ParentOf(id) is { } parent && ReadOf(id, "cmdline") is { } title ? new LocalProcess(id, parent, title.Replace('\0', ' ').Trim()) : null;

    /// <summary>A process and its children, itself first; nothing when there is none.</summary>
    public static IReadOnlyList<LocalProcess> Family(int id)
    {
        if (Look(id) is not { } self)
        {
            return [];
        }

        // The list of its children that the kernel has may lack some while others end, so all are looked at.
        var family = new List<LocalProcess> { self };
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var other)
                && ParentOf(other) == id
                && Look(other) is { } child)
            {
                family.Add(child);
            }
        }

        return family;
    }

    private static int? ParentOf(int id)
    {
        // The name in brackets may hold anything; after it come the state and the parent.
        return ReadOf(id, "stat") is { } status
            && int.TryParse(status[(status.LastIndexOf(')') + 2)..].Split(' ', 3)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
                ? parent
                : null;
    }

    private static string? ReadOf(int id, string file)
    {
        // Far more processes are looked at than there are nginx's own: this is the cheapest way.
        Span<byte> buffer = stackalloc byte[Longest];
        try
        {
            using var handle = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{file}"));
            return Encoding.UTF8.GetString(buffer[..RandomAccess.Read(handle, buffer, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
