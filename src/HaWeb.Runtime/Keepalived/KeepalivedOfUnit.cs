using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Keepalived;

/// <summary>One unit's keepalived: started, adopted, watched and ended.</summary>
internal sealed class KeepalivedOfUnit : IDisposable
{
    private const int Terminate = 15;
    private const int Kill = 9;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly KeepalivedFiles _files;
    private readonly string? _program;
    private readonly Action<string> _ended;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile int _watched;

    /// <param name="files">Its files.</param>
    /// <param name="program">keepalived itself; null for the one that this machine has.</param>
    /// <param name="ended">Called with its last words when it ends and nobody has asked for it.</param>
    public KeepalivedOfUnit(KeepalivedFiles files, string? program, Action<string> ended)
    {
        _files = files;
        _program = program;
        _ended = ended;
    }

    /// <summary>Lets it run so.</summary>
    public Task<KeepalivedResult> RunAsync(VirtualRouter router, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            var config = KeepalivedWriter.Write(router, _files.Script, _files.State);
            if (_files.Running() is [var main, _] && await ReadAsync(_files.Config, cancellationToken).ConfigureAwait(false) == config)
            {
                Watch(main);
                return new KeepalivedResult.Runs();
            }

            if (Missing() is { } problem)
            {
                return new KeepalivedResult.Failed(problem);
            }

            await EndAsync(cancellationToken).ConfigureAwait(false);
            await WriteAsync(config, cancellationToken).ConfigureAwait(false);
            return await TestAsync(cancellationToken).ConfigureAwait(false) is { } refusal
                ? new KeepalivedResult.Failed($"keepalived does not take its config: {refusal}")
                : await StartAsync(cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Ends it.</summary>
    public Task<KeepalivedResult> StopAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await EndAsync(cancellationToken).ConfigureAwait(false);
            _files.Remove();
            return new KeepalivedResult.Stopped();
        },
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private string? Program => _program ?? Find("keepalived");

    private string? Missing() =>
        !Environment.IsPrivilegedProcess ? "keepalived changes the machine's addresses: run the agent as root"
        : Program is null ? "keepalived is not installed on this machine: install it (Debian: apt-get install keepalived)"
        : !File.Exists("/bin/bash") ? "keepalived's check of the balancer needs /bin/bash, which this machine does not have"
        : Find("setsid") is null ? "this machine has no setsid: install util-linux"
        : null;

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private async Task<KeepalivedResult> InTurnAsync(Func<Task<KeepalivedResult>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            return new KeepalivedResult.Failed(e.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false) : null;

    private async Task WriteAsync(string config, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_files.Folder);
        File.Delete(_files.State);
        await File.WriteAllTextAsync(_files.Script, KeepalivedWriter.Script, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(_files.Config, config, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets keepalived test the config; what it says against it, or null.</summary>
    private async Task<string?> TestAsync(CancellationToken cancellationToken)
    {
        using var test = Process.Start(new ProcessStartInfo(Program!, ["--vrrp", "--use-file", _files.Config, "--config-test"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = test.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = test.StandardError.ReadToEndAsync(cancellationToken);
        await test.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        var said = $"{await output.ConfigureAwait(false)}{await error.ConfigureAwait(false)}".Trim().ReplaceLineEndings("; ");
        return test.ExitCode == 0 ? null : said.Length == 0 ? $"its test ends with {test.ExitCode}" : said;
    }

    /// <summary>In a session of its own, so that nothing that ends the agent ends it too.</summary>
    private async Task<KeepalivedResult> StartAsync(CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Find("setsid")!,
            [
                "/bin/sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", _files.Log,
                Program!, "--dont-fork", "--log-console", "--no-syslog", "--vrrp", "--use-file", _files.Config, "--pid", _files.MainId, "--vrrp_pid", _files.VrrpId,
            ]))!;
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartPatience; await Task.Delay(Pause, cancellationToken).ConfigureAwait(false))
        {
            if (process.HasExited)
            {
                return new KeepalivedResult.Failed($"keepalived ended at once: {_files.LastWords()}");
            }

            if (_files.Running() is [var main, _])
            {
                Watch(main);
                return new KeepalivedResult.Runs();
            }
        }

        return new KeepalivedResult.Failed($"keepalived does not start: {_files.LastWords()}");
    }

    /// <summary>Ends what runs of it. It gives its address away as the first thing.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        _watched = 0;
        foreach (var signal in new[] { Terminate, Kill })
        {
            foreach (var id in _files.Running())
            {
                _ = Send(id, signal);
            }

            for (var waited = Stopwatch.StartNew(); waited.Elapsed < StopPatience; await Task.Delay(Pause, cancellationToken).ConfigureAwait(false))
            {
                if (_files.Running().Count == 0)
                {
                    return;
                }
            }
        }

        throw new IOException($"keepalived does not end: {string.Join(", ", _files.Running())}");
    }

    private void Watch(int main)
    {
        if (Interlocked.Exchange(ref _watched, main) == main)
        {
            return;
        }

        Process process;
        try
        {
            process = Process.GetProcessById(main);
        }
        catch (ArgumentException)
        {
            Ended();
            return;
        }

        _ = Task.Run(async () =>
        {
            using (process)
            {
                await process.WaitForExitAsync().ConfigureAwait(false);
                Ended();
            }
        });

        void Ended()
        {
            if (Interlocked.CompareExchange(ref _watched, 0, main) == main)
            {
                _ended(_files.LastWords());
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int id, int signal);
}
