using System.Formats.Tar;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>
/// Reads and writes small text files in containers: by Docker's archive call, which works on a stopped container and on folders that are mounted, and by
/// a shell in the container where that call cannot reach: a file that is itself a mount, and what lies on a tmpfs.
/// </summary>
internal sealed class ContainerFiles
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // The exit code by which our own command says that there is no such file.
    private const int Absent = 44;

    private static readonly TimeSpan ShellDeadline = TimeSpan.FromSeconds(30);

    private readonly DockerConnection _connection;
    private readonly ExecRunner _exec;

    public ContainerFiles(DockerConnection connection, ExecRunner exec)
    {
        _connection = connection;
        _exec = exec;
    }

    /// <summary>Puts a file in place, creating folders.</summary>
    public async Task WriteAsync(ContainerInspectResponse container, string path, string text, CancellationToken cancellationToken)
    {
        var full = Check(path);
        if (IsMount(container, full) || IsOnTmpfs(container, full))
        {
            await WriteInPlaceAsync(container, full, text, cancellationToken).ConfigureAwait(false);
            return;
        }

        var slash = full.LastIndexOf('/');
        if (await TryPutAsync(container, slash == 0 ? "/" : full[..slash], full[(slash + 1)..], text, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // From the root, Docker makes the folders that are missing.
        if (!await TryPutAsync(container, "/", full[1..], text, cancellationToken).ConfigureAwait(false))
        {
            throw new DockerException(DockerFailure.NoSuchContainer, $"The container '{container.ID}' is gone.");
        }
    }

    /// <summary>A file's text and the time it was last changed, or null when it does not exist.</summary>
    public async Task<ContainerFile?> ReadAsync(ContainerInspectResponse container, string path, CancellationToken cancellationToken)
    {
        var full = Check(path);
        if (IsOnTmpfs(container, full))
        {
            return await ReadByShellAsync(container, full, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var parameters = new GetArchiveFromContainerParameters { Path = full };
            var archive = await _connection.CallAsync(
                (client, token) => client.Containers.GetArchiveFromContainerAsync(container.ID, parameters, statOnly: false, token), cancellationToken)
                .ConfigureAwait(false);
            await using var stream = archive.Stream.ConfigureAwait(false);
            var text = await _connection.CallAsync((_, token) => FirstFileAsync(archive.Stream, token), cancellationToken).ConfigureAwait(false);

            // The archive itself has whole seconds only.
            return new ContainerFile(text, archive.Stat.Mtime);
        }
        catch (DockerException e) when (e.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    /// <summary>Removes a file of ours from a running container, as well as that can be done.</summary>
    public Task RemoveAsync(string id, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        _exec.RunAsync(id, new ExecCommand(["rm", "-f", "--", .. paths]), cancellationToken);

    private static string Check(string path) =>
        path.Length > 1 && path[0] == '/' && path[^1] != '/' && !path.Split('/').Contains("..")
            ? path
            : throw new DockerException(DockerFailure.Refused, $"'{path}' is not the absolute path of a file.");

    private static bool IsMount(ContainerInspectResponse container, string path) => container.Mounts?.Any(mount => mount.Destination == path) == true;

    // A tmpfs is mounted by the container itself: the engine, which works on the folders beneath, does not see it.
    private static bool IsOnTmpfs(ContainerInspectResponse container, string path) =>
        container.Mounts?.Any(mount => mount.Type == "tmpfs" && IsIn(mount.Destination, path)) == true
        || container.HostConfig?.Tmpfs?.Keys.Any(folder => IsIn(folder, path)) == true;

    private static bool IsIn(string folder, string path) => path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static async Task<string> FirstFileAsync(Stream archive, CancellationToken cancellationToken)
    {
        var reader = new TarReader(archive);
        await using (reader.ConfigureAwait(false))
        {
            var entry = await reader.GetNextEntryAsync(copyData: true, cancellationToken).ConfigureAwait(false);
            if (entry is null || entry.EntryType is TarEntryType.Directory)
            {
                throw new DockerException(DockerFailure.Refused, $"'{entry?.Name}' in the container is a folder and no file.");
            }

            using var text = new StreamReader(entry.DataStream ?? Stream.Null);
            return await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Puts a file by the archive call; false when the folder, or the container, does not exist.</summary>
    private async Task<bool> TryPutAsync(ContainerInspectResponse container, string folder, string name, string text, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data, Mode = Mode, ModificationTime = DateTimeOffset.UtcNow };
            await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        archive.Position = 0;
        try
        {
            var parameters = new ContainerPathStatParameters { Path = folder };
            await _connection.CallAsync(
                (client, token) => client.Containers.ExtractArchiveToContainerAsync(container.ID, parameters, archive, token), cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (DockerException e) when (e.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.NotFound })
        {
            return false;
        }
    }

    private async Task WriteInPlaceAsync(ContainerInspectResponse container, string path, string text, CancellationToken cancellationToken)
    {
        RequireRunning(container, path);
        var command = new ExecCommand(["sh", "-c", "mkdir -p \"${1%/*}\" && cat > \"$1\"", "sh", path], User: "0", Input: Encoding.UTF8.GetBytes(text));
        var result = await _connection.CallAsync(ShellDeadline, (_, token) => _exec.RunAsync(container.ID, command, token), cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw new DockerException(DockerFailure.Refused, $"'{path}' in the container cannot be written: {result.Output}");
        }
    }

    private async Task<ContainerFile?> ReadByShellAsync(ContainerInspectResponse container, string path, CancellationToken cancellationToken)
    {
        RequireRunning(container, path);
        var text = new StringBuilder();
        var command = new ExecCommand(["sh", "-c", $"[ -e \"$1\" ] || exit {Absent}; cat \"$1\"", "sh", path], User: "0");
        var exitCode = await _connection.CallAsync(
            ShellDeadline, (_, token) => _exec.RunAsync(container.ID, command, line => text.Append(line.Text).Append('\n'), token), cancellationToken)
            .ConfigureAwait(false);
        return exitCode switch
        {
            0 => new ContainerFile(text.ToString(), null),
            Absent => null,
            _ => throw new DockerException(DockerFailure.Refused, $"'{path}' in the container cannot be read: {text}"),
        };
    }

    private static void RequireRunning(ContainerInspectResponse container, string path)
    {
        if (!container.State.Running)
        {
            throw new DockerException(
                DockerFailure.Refused, $"'{path}' is a mount or lies on a tmpfs, and the container does not run: mount its folder instead, and it can be written.");
        }
    }
}
