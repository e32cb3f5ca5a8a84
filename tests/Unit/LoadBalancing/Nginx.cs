using System.Diagnostics;

namespace HaWeb.Tests.Unit.LoadBalancing;

/// <summary>The nginx of this machine, which has the last word on what is a config.</summary>
internal static class Nginx
{
    private const string Program = "/usr/sbin/nginx";

    /// <summary>What <c>nginx -t</c> says against a config; null when it passes without a word of warning.</summary>
    /// <param name="folder">An empty folder for its files.</param>
    /// <param name="config">The config, for the <c>http</c> block.</param>
    public static string? Test(string folder, string config)
    {
        var main = WriteMain(folder, config, workers: 1);
        using var nginx = Start("-t", "-q", "-c", main, "-p", folder);
        var said = nginx.StandardError.ReadToEnd();
        nginx.WaitForExit();
        return nginx.ExitCode == 0 && said.Length == 0 ? null : $"exit code {nginx.ExitCode}: {said}";
    }

    /// <summary>Runs nginx while something is done with it.</summary>
    public static async Task RunAsync(string folder, string config, int workers, Func<Task> action)
    {
        var main = WriteMain(folder, config, workers);
        await EndAsync("-c", main, "-p", folder);
        try
        {
            await action();
        }
        finally
        {
            await EndAsync("-s", "stop", "-c", main, "-p", folder);
        }
    }

    // It goes to the background once it listens.
    private static async Task EndAsync(params string[] arguments)
    {
        using var nginx = Start(arguments);
        await nginx.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, nginx.ExitCode);
    }

    private static string WriteMain(string folder, string config, int workers)
    {
        var log = Path.Combine(folder, "error.log");
        File.WriteAllText(Path.Combine(folder, "site.conf"), config);
        var main = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(main, $$"""
            user root;
            worker_processes {{workers}};
            pid {{folder}}/nginx.pid;
            error_log {{log}};
            events { worker_connections 256; }
            http {
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                include {{folder}}/site.conf;
            }
            """);
        return main;
    }

    private static Process Start(params string[] arguments)
    {
        Assert.True(File.Exists(Program), $"{Program} is missing: apt-get install nginx-light");
        return Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true })!;
    }
}
