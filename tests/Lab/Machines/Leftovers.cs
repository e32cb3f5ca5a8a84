using System.Globalization;

namespace HaWeb.Lab;

/// <summary>
/// Takes away all that a lab of this name left on this host, in whatever state it was left: processes first, then namespaces,
/// then control groups and files. Only processes whose command line names the lab's folder are ended.
/// </summary>
internal static class Leftovers
{
    private const string ControlGroups = "/sys/fs/cgroup";

    /// <summary>Removes it; false when there was nothing.</summary>
    public static async Task<bool> RemoveAsync(LabOptions options)
    {
        var network = new Network(options);
        var namespaces = await network.NamespacesAsync();
        var processes = RecordedIn(options).Concat(await InsideAsync(namespaces, options)).Distinct().ToList();
        await Task.WhenAll(processes.Select(process => process.KillAsync()));
        foreach (var name in namespaces)
        {
            await Command.RequireAsync(["ip", "netns", "delete", name]);
        }

        RemoveControlGroups(options);
        if (Directory.Exists(options.Folder))
        {
            Directory.Delete(options.Folder, recursive: true);
            return true;
        }

        return processes.Count + namespaces.Count > 0;
    }

    private static IEnumerable<RecordedProcess> RecordedIn(LabOptions options) =>
        Directory.Exists(options.Folder)
            ? Directory.EnumerateDirectories(options.Folder)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.pid"))
                .Select(path => RecordedProcess.Read(path, options.Folder))
                .OfType<RecordedProcess>()
            : [];

    private static async Task<IReadOnlyList<RecordedProcess>> InsideAsync(IReadOnlyList<string> namespaces, LabOptions options)
    {
        var inside = new List<RecordedProcess>();
        foreach (var name in namespaces)
        {
            var ids = await Command.RequireAsync(["ip", "netns", "pids", name]);
            inside.AddRange(
                ids.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(id => RecordedProcess.Find(int.Parse(id, CultureInfo.InvariantCulture)))
                    .OfType<RecordedProcess>()
                    .Where(process => process.CommandLine.Contains(options.Folder, StringComparison.Ordinal)));
        }

        return inside;
    }

    /// <summary>A control group whose processes are gone stays until it is removed, the innermost first; files in it do not count.</summary>
    private static void RemoveControlGroups(LabOptions options)
    {
        var ours = $"{options.Name}-lab";
        var roots = Directory.EnumerateDirectories(ControlGroups).Prepend(ControlGroups).Select(root => Path.Combine(root, ours));
        foreach (var root in roots.Where(Directory.Exists))
        {
            var innermostFirst = Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories)
                .OrderByDescending(path => path.Length)
                .Append(root);
            foreach (var group in innermostFirst)
            {
                RemoveControlGroup(group);
            }
        }
    }

    private static void RemoveControlGroup(string group)
    {
        try
        {
            Directory.Delete(group);
        }
        catch (IOException)
        {
            // The kernel may still be at work on the processes that were in it. An empty group does no harm; the next run tries again.
        }
    }
}
