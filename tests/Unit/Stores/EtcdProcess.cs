using System.ComponentModel;
using System.Diagnostics;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>A real etcd of one member on free loopback ports, with short elections so that leases of a second are allowed.</summary>
public sealed class EtcdProcess : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("haweb-etcd-");
    private readonly int _peerPort = LocalPort.Free();
    private readonly string[] _moreArguments;
    private readonly string _scheme;
    private Process? _process;

    public EtcdProcess()
        : this("http")
    {
    }

    internal EtcdProcess(string scheme, params string[] moreArguments)
    {
        _scheme = scheme;
        _moreArguments = moreArguments;
    }

    public int Port { get; } = LocalPort.Free();

    public string Endpoint => $"{_scheme}://127.0.0.1:{Port}";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("etcd") { RedirectStandardError = true };
        string[] arguments =
        [
            "--name", "test", "--data-dir", Path.Combine(_folder.FullName, "data"),
            "--listen-client-urls", Endpoint, "--advertise-client-urls", Endpoint,
            "--listen-peer-urls", $"http://127.0.0.1:{_peerPort}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{_peerPort}",
            "--initial-cluster", $"test=http://127.0.0.1:{_peerPort}",
            "--heartbeat-interval", "10", "--election-timeout", "100", "--logger", "zap", .. _moreArguments,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new List<string>();
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("These tests need etcd on this machine: apt-get install etcd-server", e);
        }

        _process.ErrorDataReceived += (_, line) =>
        {
            lock (log)
            {
                log.Add(line.Data ?? "etcd has ended");
            }

            if (line.Data is null || line.Data.Contains("serving", StringComparison.Ordinal))
            {
                serving.TrySetResult();
            }
        };
        _process.BeginErrorReadLine();
        await Task.WhenAny(serving.Task, Task.Delay(StartTimeout));
        if (!serving.Task.IsCompletedSuccessfully || _process.HasExited)
        {
            lock (log)
            {
                throw new InvalidOperationException("etcd did not start:\n" + string.Join('\n', log));
            }
        }
    }

    /// <summary>Ends it as a power failure does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }
}
