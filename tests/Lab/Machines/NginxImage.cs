namespace HaWeb.Lab;

/// <summary>
/// Stands in for Docker Hub's <c>nginx:latest</c>, which cannot be pulled where there is no registry: Debian's nginx with the
/// libraries it is linked to and busybox, laid out as the official image is.
/// </summary>
internal static class NginxImage
{
    public const string Name = "nginx:latest";
    private const int NginxUser = 101;

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

    public static Image Image { get; } = new(Name, ["/docker-entrypoint.sh"], ["nginx", "-g", "daemon off;"], [FillAsync]);

    /// <summary>Its one layer.</summary>
    public static async Task FillAsync(ImageLayer layer)
    {
        layer.AddFolders(
            "bin", "dev", "etc", "etc/nginx", "etc/nginx/conf.d", "lib", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "usr/bin",
            "usr/sbin", "usr/share", "usr/share/nginx", "usr/share/nginx/html", "var", "var/cache", "var/cache/nginx", "var/lib",
            "var/lib/nginx", "var/log", "var/log/nginx");
        layer.AddLink("var/run", "/run");
        layer.AddLink("var/log/nginx/access.log", "/dev/stdout");
        layer.AddLink("var/log/nginx/error.log", "/dev/stderr");

        layer.AddText("docker-entrypoint.sh", "#!/bin/sh\nexec \"$@\"\n", ImageLayer.Executable);
        layer.AddText("etc/passwd", $"root:x:0:0:root:/root:/bin/sh\nnginx:x:{NginxUser}:{NginxUser}:nginx:/nonexistent:/bin/false\n");
        layer.AddText("etc/group", $"root:x:0:\nnginx:x:{NginxUser}:\n");
        layer.AddText("etc/nginx/nginx.conf", MainConfig);
        layer.AddText("etc/nginx/conf.d/default.conf", DefaultSite);
        layer.AddText("usr/share/nginx/html/index.html", "<!DOCTYPE html>\n<title>Welcome to nginx!</title>\n<h1>Welcome to nginx!</h1>\n");
        layer.AddText("usr/share/nginx/html/50x.html", "<!DOCTYPE html>\n<title>Error</title>\n<h1>An error occurred.</h1>\n");
        layer.AddFile("/etc/nginx/mime.types");

        await layer.AddProgramAsync("/usr/sbin/nginx");
        await layer.AddProgramAsync("/bin/busybox");
        foreach (var applet in ImageLayer.Lines(await Command.RequireAsync(["busybox", "--list"])).Where(name => name != "busybox"))
        {
            layer.AddLink($"bin/{applet}", "busybox");
        }
    }
}
