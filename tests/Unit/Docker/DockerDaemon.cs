using System.Diagnostics;
using Docker.DotNet.Models;
using HaWeb.Runtime.Docker;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>A Docker Engine of a test's own, with the test image in it, that leaves nothing behind.</summary>
internal sealed class DockerDaemon : IAsyncDisposable
{
    private const string Prefix = "/tmp/haweb-test-docker-";

    private static int _count;

    private readonly string _folder;
    private readonly string _arguments;
    private Process? _process;
    private bool _isFrozen;

    private DockerDaemon(string folder, string arguments)
    {
        _folder = folder;
        _arguments = arguments;
        Endpoint = DockerEndpoint.Parse($"unix://{folder}/docker.sock");
    }

    public DockerEndpoint Endpoint { get; }

    /// <param name="arguments">More of dockerd's.</param>
    public static async Task<DockerDaemon> StartAsync(string arguments = "")
    {
        Assert.True(File.Exists("/usr/sbin/dockerd") || File.Exists("/usr/bin/dockerd"), "These tests need a Docker Engine: apt-get install docker.io");
        await RemoveLeftoversAsync();
        var daemon = new DockerDaemon($"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}", arguments);
        Directory.CreateDirectory(daemon._folder);
        await daemon.RunAsync();
        using var client = daemon.Endpoint.CreateClient();
        var image = new ImagesCreateParameters { FromSrc = "-", Repo = "haweb-test", Tag = "latest" };
        using var archive = new MemoryStream(await TestImage.ReadAsync());
        await client.Images.CreateImageAsync(image, archive, null, new Progress<JSONMessage>(), TestContext.Current.CancellationToken);
        return daemon;
    }

    /// <summary>Starts the engine, at first and after <see cref="KillAsync"/>, and waits until it answers.</summary>
    public async Task RunAsync()
    {
        var command = $"exec dockerd --data-root {_folder}/data --exec-root {_folder}/exec --pidfile {_folder}/docker.pid -H {Endpoint} "
            + $"--iptables=false --ip6tables=false --bridge=none {_arguments} >>{_folder}/log 2>&1";
        _process = Process.Start("/bin/sh", ["-c", command]);
        using var client = Endpoint.CreateClient();
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                await client.System.PingAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                Assert.False(_process.HasExited, "dockerd ended: " + (_process.HasExited ? await File.ReadAllTextAsync(_folder + "/log") : ""));
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), "dockerd does not answer; its log is " + _folder + "/log");
                await Task.Delay(20);
            }
        }
    }

    /// <summary>SIGKILL: the engine is gone at once, its containers run on.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        File.Delete(_folder + "/docker.pid");

        // Its containerd goes with it. Where nobody collects dead orphans, its process id would look alive to the next dockerd.
        File.Delete(_folder + "/exec/containerd/containerd.pid");
    }

    /// <summary>SIGSTOP: the engine takes connections and answers nothing.</summary>
    public Task FreezeAsync()
    {
        _isFrozen = true;
        return RunToEndAsync("kill", "-STOP", $"{_process!.Id}");
    }

    /// <summary>The engine goes on after <see cref="FreezeAsync"/>.</summary>
    public Task ThawAsync()
    {
        _isFrozen = false;
        return RunToEndAsync("kill", "-CONT", $"{_process!.Id}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_isFrozen)
        {
            await ThawAsync();
        }

        if (!_process!.HasExited)
        {
            await RemoveContainersAsync();
        }

        await RunToEndAsync("kill", "-TERM", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
        await RemoveFolderAsync(_folder);
    }

    // dockerd leaves a network namespace mounted; one that was killed leaves more.
    private static async Task RemoveFolderAsync(string folder)
    {
        foreach (var mount in (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(line => line.Split(' ')[1]).Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            await RunToEndAsync("umount", "--lazy", mount);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Ends and removes the engines of test runs that were killed.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        foreach (var folder in Directory.GetDirectories("/tmp", Prefix[5..] + "*"))
        {
            if (Directory.Exists("/proc/" + folder[Prefix.Length..].Split('-')[0]))
            {
                continue;
            }

            if (File.Exists(folder + "/docker.pid"))
            {
                await RunToEndAsync("sh", "-c", $"pid=$(cat {folder}/docker.pid); grep -q {folder} /proc/$pid/cmdline && kill $pid && while kill -0 $pid; do sleep 0.1; done 2>&1");
            }

            await RemoveFolderAsync(folder);
        }
    }

    private async Task RemoveContainersAsync()
    {
        using var client = Endpoint.CreateClient();
        foreach (var container in await client.Containers.ListContainersAsync(new ContainersListParameters { All = true }))
        {
            await client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        }
    }

    private static async Task RunToEndAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }
}
