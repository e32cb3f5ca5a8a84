using System.Formats.Tar;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Files and folders of this machine as the archives that Docker takes and gives.</summary>
internal static class HostArchive
{
    private const UnixFileMode OnlyOurs = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Packs a file, or a folder with all that is in it, under a name.</summary>
    /// <param name="path">Its path on this machine.</param>
    /// <param name="name">Its name in the archive; <c>.</c> for the content of a folder alone.</param>
    /// <param name="target">Where the archive is written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task PackAsync(string path, string name, Stream target, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            await AddAsync(writer, path, name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Unpacks an archive whose entries all begin with one name.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">The folder that it is unpacked in.</param>
    /// <param name="name">The name that stands for that one; an empty one puts a folder's content into <paramref name="folder"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task UnpackAsync(Stream archive, string folder, string name, CancellationToken cancellationToken)
    {
        // A new folder gets its mode when all is in it, the innermost one first: it may be one that nothing can be put into.
        var made = new Stack<(string Folder, UnixFileMode Mode)>();
        var reader = new TarReader(archive, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            try
            {
                while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    var place = PlaceOf(folder, entry.Name, name);
                    await PlaceAsync(entry, place, link => PlaceOf(folder, link, name), made, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                SetModes(made);
            }
        }
    }

    private static async Task AddAsync(TarWriter writer, string path, string name, CancellationToken cancellationToken)
    {
        await writer.WriteEntryAsync(path, name, cancellationToken).ConfigureAwait(false);
        if (new FileInfo(path).LinkTarget is not null || !Directory.Exists(path))
        {
            return;
        }

        foreach (var inner in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            await AddAsync(writer, inner, $"{name}/{Path.GetFileName(inner)}", cancellationToken).ConfigureAwait(false);
        }
    }

    private static string PlaceOf(string folder, string entry, string name)
    {
        var written = entry.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (written.Contains(".."))
        {
            throw new DockerException(DockerFailure.Refused, $"The archive of the container has an entry '{entry}', which leads out of it.");
        }

        string[] parts = [.. name.Split('/', StringSplitOptions.RemoveEmptyEntries), .. written.Skip(1).Where(part => part != ".")];

        // What lies in the container decides over the links of the archive, which must not lead elsewhere on this machine.
        var place = folder;
        foreach (var part in parts.SkipLast(1))
        {
            place = Path.Combine(place, part);
            if (new FileInfo(place).LinkTarget is not null)
            {
                throw new DockerException(DockerFailure.Refused, $"'{entry}' would be written through the link {place}.");
            }
        }

        return parts.Length == 0 ? folder : Path.Combine(place, parts[^1]);
    }

    private static async Task PlaceAsync(
        TarEntry entry, string place, Func<string, string> placeOf, Stack<(string Folder, UnixFileMode Mode)> made, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory when Directory.Exists(place):
                break;
            case TarEntryType.Directory:
                Make(place);
                made.Push((place, entry.Mode));
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                Clear(place);
                await entry.ExtractToFileAsync(place, overwrite: false, cancellationToken).ConfigureAwait(false);
                break;
            case TarEntryType.SymbolicLink:
                Clear(place);
                File.CreateSymbolicLink(place, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                var linked = placeOf(entry.LinkName);
                Clear(place);
                if (new FileInfo(linked).LinkTarget is { } target)
                {
                    // To a link, which may lead anywhere on this machine: it is another one.
                    File.CreateSymbolicLink(place, target);
                }
                else
                {
                    File.Copy(linked, place);
                }

                break;
            default:
                throw new DockerException(DockerFailure.Refused, $"'{entry.Name}' is a {entry.EntryType}, which cannot be copied.");
        }
    }

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OnlyOurs);
        }
    }

    private static void SetModes(Stack<(string Folder, UnixFileMode Mode)> made)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var (folder, mode) in made)
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    private static void Clear(string place)
    {
        if (new FileInfo(place).LinkTarget is null && Directory.Exists(place))
        {
            throw new DockerException(DockerFailure.Refused, $"'{place}' is a folder and cannot be replaced by a file.");
        }

        File.Delete(place);
    }
}
