using Docker.DotNet.Models;
using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Docker;

/// <summary>Copies between this machine and containers by the rules of <c>docker cp</c>.</summary>
internal sealed class ContainerCopier
{
    // Modes as Go writes them, which Docker's API speaks.
    private const uint Folder = 1u << 31;
    private const uint Link = 1u << 27;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    private readonly DockerEngine _engine;

    public ContainerCopier(DockerEngine engine) => _engine = engine;

    private DockerConnection Connection => _engine.Connection;

    /// <summary>Room for an archive, which nobody else can read, and which a process that is killed leaves nothing of.</summary>
    internal static FileStream Temporary()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        File.Delete(file.Name);
        return file;
    }

    public Task CopyInAsync(DockerRequest.CopyIn copy, CancellationToken cancellationToken) => OnHostAsync(async () =>
    {
        var container = await _engine.Lookup.GetAsync(copy.Container, cancellationToken).ConfigureAwait(false);
        var source = copy.FollowsLink ? ResolveLink(copy.Source) : copy.Source;
        var isFolder = IsFolder(source);
        if (!isFolder && (source.EndsWith('/') || !Exists(source)))
        {
            throw Refused(Exists(source.TrimEnd('/')) ? $"'{copy.Source}' is not a folder." : $"There is no '{copy.Source}' on this machine.");
        }

        var target = await FindAsync(container.ID, copy.Target, cancellationToken).ConfigureAwait(false);
        var (folder, name) = Place(copy.Source, isFolder, copy.Target, target);
        var archive = Temporary();
        await using (archive.ConfigureAwait(false))
        {
            await HostArchive.PackAsync(Trim(source), name, archive, cancellationToken).ConfigureAwait(false);
            archive.Position = 0;
            var parameters = new ContainerPathStatParameters { Path = folder, AllowOverwriteDirWithFile = true };
            try
            {
                await Connection.CallAsync(
                    Deadline, (client, token) => client.Containers.ExtractArchiveToContainerAsync(container.ID, parameters, archive, token), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (DockerException e) when (e.Failure is DockerFailure.Unavailable)
            {
                // An engine that has no such folder may close the connection while it is still being sent to, and its answer is lost then.
                throw await FindAsync(container.ID, folder, cancellationToken).ConfigureAwait(false) is null ? Refused($"There is no folder '{folder}' in {copy.Container}.") : e;
            }
        }
    });

    public Task CopyOutAsync(DockerRequest.CopyOut copy, CancellationToken cancellationToken) => OnHostAsync(async () =>
    {
        if (Path.GetDirectoryName(Trim(copy.Target)) is { } parent && !Directory.Exists(parent))
        {
            throw Refused($"There is no folder '{parent}' on this machine.");
        }

        var container = await _engine.Lookup.GetAsync(copy.Container, cancellationToken).ConfigureAwait(false);
        var source = copy.Source;
        if (copy.FollowsLink && await StatAsync(container.ID, source, cancellationToken).ConfigureAwait(false) is { } stat && (stat.Mode & Link) != 0)
        {
            source = stat.LinkTarget;
        }

        var parameters = new GetArchiveFromContainerParameters { Path = source };
        var answer = await Connection.CallAsync(
            (client, token) => client.Containers.GetArchiveFromContainerAsync(container.ID, parameters, statOnly: false, token), cancellationToken)
            .ConfigureAwait(false);
        await using var stream = answer.Stream.ConfigureAwait(false);
        var isFolder = (answer.Stat.Mode & Folder) != 0;
        var path = ResolveLink(copy.Target);
        var target = Exists(path) ? new Target(path, Directory.Exists(path)) : null;
        var (folder, name) = Place(copy.Source, isFolder, copy.Target, target);
        // The stream of the answer may give less than it is asked for, which the reader of archives does not expect.
        var archive = Temporary();
        await using (archive.ConfigureAwait(false))
        {
            await Connection.CallAsync(Deadline, (_, token) => answer.Stream.CopyToAsync(archive, token), cancellationToken).ConfigureAwait(false);
            archive.Position = 0;
            await HostArchive.UnpackAsync(archive, folder, name == "." ? "" : name, cancellationToken).ConfigureAwait(false);
        }
    });

    /// <summary>Where a copy goes: the folder that has to be there, and its name in that; <c>.</c> for the content of a folder alone.</summary>
    private static (string Folder, string Name) Place(string source, bool isFolder, string path, Target? target)
    {
        var isContent = isFolder && (source.EndsWith("/.", StringComparison.Ordinal) || source == ".");
        var asksFolder = path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal);
        switch (target)
        {
            case { IsFolder: true }:
                return (target.Path, isContent ? "." : BaseOf(source));
            case { IsFolder: false } when isFolder:
                throw Refused($"A folder cannot be copied onto the file '{path}'.");
            case { IsFolder: false } when asksFolder:
                throw Refused($"'{path}' is not a folder.");
            case null when !isFolder && asksFolder:
                throw Refused($"There is no folder '{path}'.");
            default:
                var whole = Trim(target?.Path ?? path);
                var slash = whole.LastIndexOf('/');
                return (slash <= 0 ? "/" : whole[..slash], whole[(slash + 1)..]);
        }
    }

    private static string BaseOf(string path) => Trim(path) is var trimmed ? trimmed[(trimmed.LastIndexOf('/') + 1)..] : "";

    // A path may say by its end that it is a folder, or that its content is meant.
    private static string Trim(string path)
    {
        var trimmed = path.EndsWith("/.", StringComparison.Ordinal) ? path[..^1] : path;
        return trimmed.TrimEnd('/') is { Length: > 0 } rest ? rest : "/";
    }

    private static bool IsFolder(string path) => (path.EndsWith('/') || new FileInfo(path).LinkTarget is null) && Directory.Exists(path);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string ResolveLink(string path) =>
        new FileInfo(Trim(path)) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    private static DockerException Refused(string message) => new(DockerFailure.Refused, message);

    private static async Task OnHostAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DockerException(DockerFailure.Refused, $"It cannot be copied on this machine: {e.Message}", e);
        }
    }

    /// <summary>What stands at a path in a container, behind a link; null for nothing.</summary>
    private async Task<Target?> FindAsync(string id, string path, CancellationToken cancellationToken)
    {
        var stat = await StatAsync(id, path, cancellationToken).ConfigureAwait(false);
        if (stat is not null && (stat.Mode & Link) != 0)
        {
            path = stat.LinkTarget;
            stat = await StatAsync(id, path, cancellationToken).ConfigureAwait(false);
        }

        return stat is null ? null : new Target(path, (stat.Mode & Folder) != 0);
    }

    private async Task<ContainerPathStatResponse?> StatAsync(string id, string path, CancellationToken cancellationToken)
    {
        try
        {
            var parameters = new GetArchiveFromContainerParameters { Path = path };
            var answer = await Connection.CallAsync(
                (client, token) => client.Containers.GetArchiveFromContainerAsync(id, parameters, statOnly: true, token), cancellationToken).ConfigureAwait(false);
            return answer.Stat;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private sealed record Target(string Path, bool IsFolder);
}
