using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using HaWeb.Runtime.Processes;

namespace HaWeb.Runtime.Nginx;

/// <summary>A balancer of this machine itself.</summary>
internal sealed class BalancerOnHost : IBalancerPlace
{
    private readonly string _pidFile;

    /// <param name="program">The program.</param>
    /// <param name="pidFile">The file that names the master. The processes of containers are seen here too, so titles alone do not tell it.</param>
    public BalancerOnHost(BalancerProgram program, string pidFile)
    {
        Program = program;
        _pidFile = pidFile;
    }

    public BalancerProgram Program { get; }

    public Task<ConfigFile?> ReadAsync(string path, CancellationToken cancellationToken) => TellAsync(async () => File.Exists(path)
        ? new ConfigFile(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), File.GetLastWriteTimeUtc(path))
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

    public Task<IReadOnlyList<BalancerProcess>> ListAsync(CancellationToken cancellationToken) => TellAsync(async () =>
        await MasterAsync(cancellationToken).ConfigureAwait(false) is { } master
            ? Program.Find(LocalProcess.Family(master.Id))
            : throw new NginxUnreachableException($"No {Program.Name} runs on this machine: {_pidFile} names none.", isGone: true));

    public async Task<DateTimeOffset?> StartedAtAsync(CancellationToken cancellationToken) =>
        await MasterAsync(cancellationToken).ConfigureAwait(false) is { } master ? File.GetLastWriteTimeUtc($"/proc/{master.Id}") : null;

    public Task<ProgramAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => StartAsync(Program.Name, arguments, cancellationToken);

    public Task<string?> ReloadAsync(BalancerProcess master, CancellationToken cancellationToken)
    {
        // Held before it is looked at: what is signalled is what was seen.
        using var process = LinuxCalls.OpenProcess(master.Id);
        return process is not null && LookForMaster(master.Id) is { } now && now.Parent == master.Parent && LinuxCalls.Signal(process, Program.ReloadSignal.Number)
            ? Task.FromResult<string?>(null)
            : throw new NginxUnreachableException($"{Program.Name}'s master {master.Id} cannot be signalled.");
    }

    // Where it logs to is its config's to say.
    public Task<IReadOnlyList<string>> ReadLogAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    private static async Task<ProgramAnswer> StartAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new ProgramAnswer(process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
        }
        catch (Win32Exception e)
        {
            throw new NginxUnreachableException($"{program} cannot be run: {e.Message}", isGone: false, e);
        }
    }

    private async Task<BalancerProcess?> MasterAsync(CancellationToken cancellationToken) =>
        File.Exists(_pidFile)
        && int.TryParse(
            (await File.ReadAllTextAsync(_pidFile, cancellationToken).ConfigureAwait(false)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && LookForMaster(id) is { } master
            ? master
            : null;

    private BalancerProcess? LookForMaster(int id) =>
        LocalProcess.Look(id) is { } row && Program.Find([row]) is [{ Kind: BalancerProcessKind.Master } master] ? master : null;

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
