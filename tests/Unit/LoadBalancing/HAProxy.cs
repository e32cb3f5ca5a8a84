using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>The HAProxy of this machine, which has the last word on what is a config.</summary>
internal static class HAProxy
{
    private const string Program = "/usr/sbin/haproxy";

    /// <summary>What <c>haproxy -c</c> says against a config; null when it passes without a word of warning.</summary>
    /// <param name="folder">A folder for its file.</param>
    /// <param name="config">The config.</param>
    public static string? Test(string folder, string config)
    {
        var file = Path.Combine(folder, "tested.cfg");
        File.WriteAllText(file, config);
        using var haproxy = Start(isHeard: true, "-c", "-f", file);
        var said = haproxy.StandardError.ReadToEnd();
        haproxy.WaitForExit();
        return haproxy.ExitCode == 0 && said.Length == 0 ? null : $"exit code {haproxy.ExitCode.ToString(CultureInfo.InvariantCulture)}: {said}";
    }

    /// <summary>Runs HAProxy, a master with a worker, while something is done with it.</summary>
    /// <param name="folder">A folder for its files: <c>haproxy.cfg</c>, <c>haproxy.pid</c>.</param>
    /// <param name="config">The config.</param>
    /// <param name="port">A port of 127.0.0.1 that it listens on.</param>
    /// <param name="action">What is done.</param>
    public static async Task RunAsync(string folder, string config, int port, Func<Task> action)
    {
        var token = TestContext.Current.CancellationToken;
        var file = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, config, token);
        using var haproxy = Start(isHeard: false, "-W", "-db", "-q", "-f", file);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "haproxy.pid"), haproxy.Id.ToString(CultureInfo.InvariantCulture), token);
            for (var patience = Stopwatch.StartNew(); !await AnswersAsync(port, token); await Task.Delay(10, token))
            {
                Assert.False(haproxy.HasExited, $"HAProxy does not start: {(haproxy.HasExited ? Test(folder, config) : "")}");
                Assert.True(patience.Elapsed < TimeSpan.FromSeconds(20), "HAProxy does not answer");
            }

            await action();
        }
        finally
        {
            haproxy.Kill(entireProcessTree: true);
            await haproxy.WaitForExitAsync(CancellationToken.None);
        }
    }

    // The kernel takes connections before there is a worker, and before the master hears signals; only an answer, here to a bad request, tells that both are there.
    private static async Task<bool> AnswersAsync(int port, CancellationToken token)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, token);
            await client.GetStream().WriteAsync("what no backend gets to see\r\n\r\n"u8.ToArray(), token);
            return await client.GetStream().ReadAsync(new byte[1], token) == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static Process Start(bool isHeard, params string[] arguments)
    {
        Assert.True(File.Exists(Program), $"{Program} is missing: apt-get install haproxy");
        return Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = isHeard, RedirectStandardOutput = isHeard })!;
    }
}
