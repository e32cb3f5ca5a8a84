using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace HaWeb.Lab;

/// <summary>
/// Stands in for Docker Hub's <c>nginx:latest</c>, which cannot be pulled where there is no registry: Debian's nginx with the
/// libraries it is linked to and busybox, laid out as the official image is.
/// </summary>
internal static partial class NginxImage
{
    public const string Name = "nginx:latest";
    private const int NginxUser = 101;

    private const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string MainConfig = """
        user nginx;
        worker_processes auto;
        error_log /var/log/nginx/error.log notice;
        pid /var/run/nginx.pid;
        events {
            worker_connections 1024;
        }
        http {
            include /etc/nginx/mime.types;
            default_type application/octet-stream;
            log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
            access_log /var/log/nginx/access.log main;
            sendfile on;
            keepalive_timeout 65;
            include /etc/nginx/conf.d/*.conf;
        }

        """;

    private const string DefaultSite = """
        server {
            listen 80;
            listen [::]:80;
            server_name localhost;
            location / {
                root /usr/share/nginx/html;
                index index.html index.htm;
            }
            error_page 500 502 503 504 /50x.html;
            location = /50x.html {
                root /usr/share/nginx/html;
            }
        }

        """;

    /// <summary>Writes the image to a file that <c>docker load</c> takes: its layer, how it is run and stopped, and a list of both.</summary>
    public static async Task WriteAsync(string path)
    {
        var layer = path + ".layer";
        await WriteLayerAsync(layer);
        await using (var content = File.OpenRead(layer))
        await using (var archive = new TarWriter(File.Create(path)))
        {
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content));
            AddText(archive, "config.json", Configuration(digest));
            await archive.WriteEntryAsync(layer, "layer.tar");
            AddText(archive, "manifest.json", $$"""[{"Config":"config.json","RepoTags":["{{Name}}"],"Layers":["layer.tar"]}]""");
        }

        File.Delete(layer);
    }

    private static string Configuration(string layerDigest) => $$$"""
        {
          "architecture": "{{{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}}}",
          "os": "linux",
          "config": {
            "Entrypoint": ["/docker-entrypoint.sh"],
            "Cmd": ["nginx", "-g", "daemon off;"],
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "ExposedPorts": {"80/tcp": {}},
            "StopSignal": "SIGQUIT"
          },
          "rootfs": {"type": "layers", "diff_ids": ["sha256:{{{layerDigest}}}"]}
        }
        """;

    private static async Task WriteLayerAsync(string path)
    {
        await using var archive = new TarWriter(File.Create(path));
        AddFolders(
            archive,
            "bin", "dev", "etc", "etc/nginx", "etc/nginx/conf.d", "lib", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "usr/bin",
            "usr/sbin", "usr/share", "usr/share/nginx", "usr/share/nginx/html", "var", "var/cache", "var/cache/nginx", "var/lib",
            "var/lib/nginx", "var/log", "var/log/nginx");
        AddLink(archive, "var/run", "/run");
        AddLink(archive, "var/log/nginx/access.log", "/dev/stdout");
        AddLink(archive, "var/log/nginx/error.log", "/dev/stderr");

        AddText(archive, "docker-entrypoint.sh", "#!/bin/sh\nexec \"$@\"\n", Executable);
        AddText(archive, "etc/passwd", $"root:x:0:0:root:/root:/bin/sh\nnginx:x:{NginxUser}:{NginxUser}:nginx:/nonexistent:/bin/false\n");
        AddText(archive, "etc/group", $"root:x:0:\nnginx:x:{NginxUser}:\n");
        AddText(archive, "etc/nginx/nginx.conf", MainConfig);
        AddText(archive, "etc/nginx/conf.d/default.conf", DefaultSite);
        AddText(archive, "usr/share/nginx/html/index.html", "<!DOCTYPE html>\n<title>Welcome to nginx!</title>\n<h1>Welcome to nginx!</h1>\n");
        AddText(archive, "usr/share/nginx/html/50x.html", "<!DOCTYPE html>\n<title>Error</title>\n<h1>An error occurred.</h1>\n");
        await archive.WriteEntryAsync("/etc/nginx/mime.types", "etc/nginx/mime.types");

        await AddProgramAsync(archive, "/usr/sbin/nginx");
        await AddProgramAsync(archive, "/bin/busybox");
        foreach (var applet in Lines(await Command.RequireAsync(["busybox", "--list"])).Where(name => name != "busybox"))
        {
            AddLink(archive, $"bin/{applet}", "busybox");
        }
    }

    private static async Task AddProgramAsync(TarWriter archive, string path)
    {
        AddFile(archive, path);
        var linked = await Command.RunAsync(["ldd", path], TimeSpan.FromSeconds(10));
        foreach (var library in Lines(linked.Output).Select(line => LibraryPath().Match(line)).Where(match => match.Success))
        {
            AddFile(archive, library.Value);
        }
    }

    /// <summary>Adds a file under the path by which it is asked for, with the content of what that path leads to.</summary>
    private static void AddFile(TarWriter archive, string path)
    {
        using var content = File.OpenRead(path);
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path[1..]) { Mode = Executable, DataStream = content });
    }

    private static void AddText(TarWriter archive, string path, string text, UnixFileMode mode = Readable)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = mode, DataStream = content });
    }

    private static void AddFolders(TarWriter archive, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            var mode = path == "tmp" ? Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit : Executable;
            archive.WriteEntry(new PaxTarEntry(TarEntryType.Directory, path) { Mode = mode });
        }
    }

    private static void AddLink(TarWriter archive, string path, string target) =>
        archive.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target, Mode = Executable });

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"/\S+")]
    private static partial Regex LibraryPath();
}
