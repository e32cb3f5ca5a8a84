using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace HaWeb.Runtime.Nginx;

/// <summary>The nginx of this machine itself.</summary>
internal sealed class NginxOnHost : INginxPlace
{
    private readonly string _pidFile;

    /// <param name="pidFile">The file that names the master. The processes of containers are seen here too, so titles alone do not tell it.</param>
    public NginxOnHost(string pidFile) => _pidFile = pidFile;

    public Task<NginxFile?> ReadAsync(string path, CancellationToken cancellationToken) => TellAsync(async () => File.Exists(path)
        ? new NginxFile(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), File.GetLastWriteTimeUtc(path))
        : null);

    public Task WriteAsync(string path, string text, CancellationToken cancellationToken) => TellAsync(async () =>
    {
        // A reader sees the old file or the new one, never half of it.
        var next = Path.Combine(Path.GetDirectoryName(path) ?? "/", $".{Path.GetFileName(path)}.next");
        await File.WriteAllTextAsync(next, text, cancellationToken).ConfigureAwait(false);
        File.Move(next, path, overwrite: true);
        return true;
    });

    public Task RemoveAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) => TellAsync(() =>
    {
        foreach (var path in paths)
        {
            File.Delete(path);
        }

        return Task.FromResult(true);
    });

    public Task<IReadOnlyList<NginxProcess>> ListAsync(CancellationToken cancellationToken) => TellAsync<IReadOnlyList<NginxProcess>>(async () =>
        await MasterAsync(cancellationToken).ConfigureAwait(false) is { } master
            ? [.. LocalProcess.Family(master.Id).Select(one => NginxProcess.TryParse(one.Id, one.Parent, one.Title)).OfType<NginxProcess>()]
            : throw new NginxUnreachableException($"No nginx runs on this machine: {_pidFile} names none.", isGone: true));

    public async Task<DateTimeOffset?> StartedAtAsync(CancellationToken cancellationToken) =>
        await MasterAsync(cancellationToken).ConfigureAwait(false) is { } master ? File.GetLastWriteTimeUtc($"/proc/{master.Id}") : null;

    public Task<NginxAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => StartAsync("nginx", arguments, cancellationToken);

    public Task<string?> ReloadAsync(NginxProcess master, CancellationToken cancellationToken)
    {
        using var process = LinuxCalls.OpenProcess(master.Id);
        return process is not null && LocalProcess.Look(master.Id) is { } now && NginxProcess.TryParse(now.Id, now.Parent, now.Title) == master && LinuxCalls.Signal(process, LinuxCalls.Hangup)
            ? Task.FromResult<string?>(null)
            : throw new NginxUnreachableException($"nginx's master {master.Id} cannot be signalled.");
    }

    // Where it logs to is its config's to say.
    public Task<IReadOnlyList<string>> ReadLogAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    private static async Task<NginxAnswer> StartAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new NginxAnswer(process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
        }
        catch (Win32Exception e)
        {
            throw new NginxUnreachableException($"{program} cannot be run: {e.Message}", isGone: false, e);
        }
    }

    private async Task<NginxProcess?> MasterAsync(CancellationToken cancellationToken) =>
        File.Exists(_pidFile)
        && int.TryParse(
            (await File.ReadAllTextAsync(_pidFile, cancellationToken).ConfigureAwait(false)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && LocalProcess.Look(id) is { } found
        && NginxProcess.TryParse(found.Id, found.Parent, found.Title) is { Kind: NginxProcessKind.Master } master
            ? master
            : null;

    private static async Task<T> TellAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NginxUnreachableException(e.Message, isGone: false, e);
        }
    }
}
