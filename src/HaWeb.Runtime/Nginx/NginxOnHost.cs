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
    {
        if (await MasterAsync(cancellationToken).ConfigureAwait(false) is not { } master)
        {
            throw new NginxUnreachableException($"No nginx runs on this machine: {_pidFile} names none.", isGone: true);
        }

        var found = new List<NginxProcess> { master };
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && await LookAsync(id, cancellationToken).ConfigureAwait(false) is { } process
                && process.Parent == master.Id)
            {
                found.Add(process);
            }
        }

        return found;
    });

    public async Task<DateTimeOffset?> StartedAtAsync(CancellationToken cancellationToken) =>
        await MasterAsync(cancellationToken).ConfigureAwait(false) is { } master ? File.GetLastWriteTimeUtc($"/proc/{master.Id}") : null;

    public Task<NginxAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => StartAsync("nginx", arguments, cancellationToken);

    public async Task<string?> ReloadAsync(NginxProcess master, CancellationToken cancellationToken)
    {
        var answer = await StartAsync("/bin/sh", ["-c", $"kill -HUP {master.Id}"], cancellationToken).ConfigureAwait(false);
        return answer.ExitCode == 0 ? null : throw new NginxUnreachableException($"nginx's master {master.Id} cannot be signalled: {answer.Output}");
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
        && await LookAsync(id, cancellationToken).ConfigureAwait(false) is { Kind: NginxProcessKind.Master } master
            ? master
            : null;

    private static async Task<NginxProcess?> LookAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            var title = (await File.ReadAllTextAsync($"/proc/{id}/cmdline", cancellationToken).ConfigureAwait(false)).Replace('\0', ' ').Trim();
            var status = await File.ReadAllTextAsync($"/proc/{id}/stat", cancellationToken).ConfigureAwait(false);

            // The name in brackets may hold anything; after it come the state and the parent.
            var parent = status[(status.LastIndexOf(')') + 2)..].Split(' ')[1];
            return NginxProcess.TryParse(id, int.Parse(parent, NumberStyles.None, CultureInfo.InvariantCulture), title);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
