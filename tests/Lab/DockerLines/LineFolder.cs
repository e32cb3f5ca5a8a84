namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>The folder that lines use; it is made anew for each of the two that carry a line out.</summary>
public static class LineFolder
{
    /// <summary>Where it is.</summary>
    public static string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"haweb-lines-{Environment.ProcessId}");

    /// <summary>Makes it.</summary>
    public static void Renew()
    {
        Remove();
        Directory.CreateDirectory(Path + "/out");
        Directory.CreateDirectory(Path + "/site/css");
        File.WriteAllText(Path + "/site/index.html", "hello");
        File.WriteAllText(Path + "/site/css/site.css", "body {}");
        File.CreateSymbolicLink(Path + "/link.html", Path + "/site/index.html");
        File.WriteAllText(Path + "/env", "# variables\nFROM_FILE=1\nBOTH=file\nFROM_UNIT\nNOT_SET\n");
        File.WriteAllText(Path + "/labels", "from-file=1\nboth=file\nalone\n");
        File.WriteAllText(Path + "/seccomp.json", "{ \"defaultAction\": \"SCMP_ACT_ALLOW\",\n  \"syscalls\": [] }\n");
        File.WriteAllText(Path + "/taken.cid", "id");
    }

    /// <summary>All that is in it.</summary>
    public static IReadOnlyList<string> List() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new FileInfo(path).LinkTarget is { } link ? $"{path} -> {link}" : File.Exists(path) ? $"{path}: {File.ReadAllText(path)}" : path + "/"),
    ];

    /// <summary>Removes it.</summary>
    public static void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
