using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using System.Text;
using HaWeb.Core.Containers;
using HaWeb.PowerShell.Base;
using HaWeb.Runtime.Docker;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>
/// Runs <c>nginx -t</c> on a config that is not installed. nginx tests whole configs only, so it gets a minimal main file around it, in one
/// line with the first one: its line numbers stay right.
/// </summary>
internal static class NginxTest
{
    /// <summary>Tests with this machine's nginx.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<(long ExitCode, string Output)> OnThisMachineAsync(string text, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("haweb-");
        try
        {
            var file = Path.Combine(folder.FullName, "nginx.conf");
            await File.WriteAllTextAsync(file, Whole(text, folder.FullName), cancellationToken);
            using var process = Process.Start(new ProcessStartInfo("nginx", ["-t", "-q", "-c", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output);
        }
        catch (Win32Exception exception)
        {
            throw new CommandException(new CommandError(
                "NginxNotFound", ErrorCategory.ObjectNotFound, "There is no nginx on this machine that could test the config.", null, "Install nginx, or name a container that runs it with -Container.", exception));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Tests with the nginx of a running container.</summary>
    /// <exception cref="DockerException">The container cannot be asked.</exception>
    public static async Task<(long ExitCode, string Output)> InContainerAsync(DockerEndpoint endpoint, string container, string text, CancellationToken cancellationToken)
    {
        using var engine = new DockerEngine(endpoint, clusterId: null);
        var file = $"/tmp/haweb-{Guid.NewGuid():N}.conf";

        // Images need not have the user nobody, which nginx looks for where none is named.
        await engine.ExecuteAsync(new DockerRequest.PutFile(container, file, "user root; " + Whole(text, "/tmp")), cancellationToken);
        var output = new StringBuilder();
        var exitCode = await engine.RunAsync(container, new ExecCommand(["nginx", "-t", "-q", "-c", file]), line => output.AppendLine(line.Text), cancellationToken);
        await engine.RunAsync(container, new ExecCommand(["rm", "-f", file]), _ => { }, cancellationToken);
        return (exitCode, output.ToString());
    }

    private static string Whole(string text, string folder) => $"pid {folder}/haweb-test.pid; error_log stderr; events {{}} http {{ {text}\n}}\n";
}
