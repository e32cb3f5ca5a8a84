using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using System.Text;
using HaWeb.Core.Containers;
using HaWeb.Core.LoadBalancing;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>
/// Has a balancer's program test a config that is not installed. nginx tests whole configs only, so it gets a minimal main file around it, in one line with
/// the first one: its line numbers stay right.
/// </summary>
internal sealed class ConfigTest
{
    private readonly BalancerEngine _engine;
    private readonly DockerEndpoint? _endpoint;
    private readonly string? _container;

    /// <summary>Makes one.</summary>
    /// <param name="engine">The program.</param>
    /// <param name="endpoint">The Docker Engine of the container; null for this machine's program.</param>
    /// <param name="container">The running container that has the program; null for this machine's.</param>
    public ConfigTest(BalancerEngine engine, DockerEndpoint? endpoint, string? container)
    {
        _engine = engine;
        _endpoint = endpoint;
        _container = container;
    }

    private string Program => _engine == BalancerEngine.HAProxy ? "haproxy" : "nginx";

    /// <summary>Tests a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="textFor">The text for another version of nginx; null when it is the same for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CommandException">There is no such program.</exception>
    /// <exception cref="DockerException">The container cannot be asked.</exception>
    public async Task<(long ExitCode, string Output)> RunAsync(string text, Func<NginxVersion, string>? textFor, CancellationToken cancellationToken)
    {
        if (textFor is not null && NginxVersion.TryParse((await RunProgramAsync(["-v"], cancellationToken)).Output) is { } version)
        {
            text = textFor(version);
        }

        return _endpoint is null ? await OnThisMachineAsync(text, cancellationToken) : await InContainerAsync(text, cancellationToken);
    }

    private async Task<(long ExitCode, string Output)> OnThisMachineAsync(string text, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("haweb-");
        try
        {
            var file = Path.Combine(folder.FullName, "tested.cfg");
            await File.WriteAllTextAsync(file, Whole(text, folder.FullName), cancellationToken);
            return await RunProgramAsync(Arguments(file), cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<(long ExitCode, string Output)> InContainerAsync(string text, CancellationToken cancellationToken)
    {
        using var docker = new DockerEngine(_endpoint!, clusterId: null);
        var file = $"/tmp/haweb-{Guid.NewGuid():N}.cfg";

        // Images need not have the user nobody, which nginx looks for where none is named.
        var whole = _engine == BalancerEngine.Nginx ? "user root; " + Whole(text, "/tmp") : text;
        await docker.ExecuteAsync(new DockerRequest.PutFile(_container!, file, whole), cancellationToken);
        var answer = await RunProgramAsync(Arguments(file), cancellationToken);
        await docker.RunAsync(_container!, new ExecCommand(["rm", "-f", file]), _ => { }, cancellationToken);
        return answer;
    }

    private async Task<(long ExitCode, string Output)> RunProgramAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (_endpoint is not null)
        {
            using var docker = new DockerEngine(_endpoint, clusterId: null);
            var said = new StringBuilder();
            var exitCode = await docker.RunAsync(_container!, new ExecCommand([Program, .. arguments], User: "0"), line => said.AppendLine(line.Text), cancellationToken);
            return (exitCode, said.ToString());
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output);
        }
        catch (Win32Exception exception)
        {
            throw new CommandException(new CommandError(
                _engine == BalancerEngine.HAProxy ? "HAProxyNotFound" : "NginxNotFound",
                ErrorCategory.ObjectNotFound,
                $"There is no {Program} on this machine that could test the config.",
                null,
                $"Install {Program}, or name a container that runs it with -Container.",
                exception));
        }
    }

    private string[] Arguments(string file) => _engine == BalancerEngine.HAProxy ? ["-c", "-f", file] : ["-t", "-q", "-c", file];

    private string Whole(string text, string folder) =>
        _engine == BalancerEngine.HAProxy ? text : $"pid {folder}/haweb-test.pid; error_log stderr; events {{}} http {{ {text}\n}}\n";
}
