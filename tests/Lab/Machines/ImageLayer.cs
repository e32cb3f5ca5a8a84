using System.Formats.Tar;
using System.Text;
using System.Text.RegularExpressions;

namespace HaWeb.Lab;

/// <summary>The files of one layer of an image, as an archive that is being written.</summary>
internal sealed partial class ImageLayer(TarWriter archive)
{
    public const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Adds a program of this host, and the libraries that it is linked to.</summary>
    public async Task AddProgramAsync(string path)
    {
        AddFile(path);
        var linked = await Command.RunAsync(["ldd", path], TimeSpan.FromSeconds(10));
        foreach (var library in Lines(linked.Output).Select(line => LibraryPath().Match(line)).Where(match => match.Success))
        {
            AddFile(library.Value);
        }
    }

    /// <summary>Adds a file of this host under the path by which it is asked for, with the content of what that path leads to.</summary>
    public void AddFile(string path)
    {
        using var content = File.OpenRead(path);
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path[1..]) { Mode = Executable, DataStream = content });
    }

    public void AddText(string path, string text, UnixFileMode mode = Readable)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = mode, DataStream = content });
    }

    public void AddFolders(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            var mode = path == "tmp" ? Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit : Executable;
            archive.WriteEntry(new PaxTarEntry(TarEntryType.Directory, path) { Mode = mode });
        }
    }

    public void AddLink(string path, string target) =>
        archive.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target, Mode = Executable });

    public static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"/\S+")]
    private static partial Regex LibraryPath();
}
