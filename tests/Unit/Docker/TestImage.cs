using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using System.Text.RegularExpressions;

namespace HaWeb.Tests.Unit.Docker;

/// <summary>An image for tests, made of this machine's nginx and HAProxy with their libraries and of busybox: no registry is needed.</summary>
internal static partial class TestImage
{
    public const string Name = "haweb-test:latest";

    private const string MainConfig = """
        worker_processes 2;
        pid /run/nginx.pid;
        error_log /dev/stderr notice;
        worker_shutdown_timeout 30s;
        events { worker_connections 256; }
        http {
            access_log off;
            include /etc/nginx/conf.d/*.conf;
        }
        """;

    private static readonly string[] Balancers = ["/usr/sbin/nginx", "/usr/sbin/haproxy"];

    private static readonly string[] Applets = ["sh", "sleep", "cat", "mkdir", "stat", "rm", "echo", "true", "false", "printf", "kill", "env", "pwd", "id", "ls"];

    private static readonly Lazy<Task<byte[]>> Archive = new(MakeAsync);

    /// <summary>The image's root file system, as <c>docker import</c> takes it.</summary>
    public static Task<byte[]> ReadAsync() => Archive.Value;

    private static async Task<byte[]> MakeAsync()
    {
        foreach (var program in Balancers.Append("/bin/busybox"))
        {
            Assert.True(File.Exists(program), $"The test image needs {program}: apt-get install nginx-light haproxy busybox-static");
        }

        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in new[] { "tmp", "run", "var/log/nginx", "var/lib/nginx", "etc/nginx/conf.d", "usr/local/etc/haproxy", "usr/share/nginx", "proc", "sys", "dev" })
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0b111_111_111 });
            }

            await AddTextAsync(tar, "etc/passwd", "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\nwww-data:x:33:33::/:/bin/sh\n");
            await AddTextAsync(tar, "etc/group", "root:x:0:\nnogroup:x:65534:\nwww-data:x:33:\n");
            await AddTextAsync(tar, "etc/nginx/nginx.conf", MainConfig);
            await tar.WriteEntryAsync("/bin/busybox", "bin/busybox");
            foreach (var applet in Applets)
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
            }

            var libraries = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var program in Balancers)
            {
                await tar.WriteEntryAsync(program, program.TrimStart('/'));
                libraries.UnionWith(await LibrariesAsync(program));
            }

            foreach (var library in libraries)
            {
                var target = File.ResolveLinkTarget(library, returnFinalTarget: true)?.FullName ?? library;
                await tar.WriteEntryAsync(target, library.TrimStart('/'));
            }
        }

        return archive.ToArray();
    }

    private static Task AddTextAsync(TarWriter tar, string path, string text) =>
        tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });

    private static async Task<IEnumerable<string>> LibrariesAsync(string program)
    {
        using var ldd = Process.Start(new ProcessStartInfo("ldd", program) { RedirectStandardOutput = true })!;
        var output = await ldd.StandardOutput.ReadToEndAsync();
        await ldd.WaitForExitAsync();
        return PathForm().Matches(output).Select(match => match.Value);
    }

    [GeneratedRegex(@"/\S+(?= \()")]
    private static partial Regex PathForm();
}
