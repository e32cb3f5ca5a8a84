namespace HaWeb.Lab;

/// <summary>
/// A web server that takes its time, on top of <see cref="NginxImage"/>: <c>/</c> answers at once with the name that the container was given,
/// <c>/slow</c> does so after 5 s, and <c>/socket</c> is a WebSocket that says the name and then every line that it is told.
/// </summary>
internal static class WebAppImage
{
    public const string Name = "webapp:latest";

    private const string Config = """
        load_module modules/ngx_http_echo_module.so;
        user nginx;
        worker_processes 1;
        worker_shutdown_timeout 5s;
        error_log /dev/stderr notice;
        pid /var/run/nginx.pid;
        events {
            worker_connections 1024;
        }
        http {
            access_log off;
            default_type text/plain;
            server {
                listen 80;
                root /usr/share/nginx/html;
                index index.html;
                location /slow {
                    echo_sleep 5;
                    echo_exec /index.html;
                }
                location /socket {
                    proxy_pass http://127.0.0.1:8080;
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection "upgrade";
                    proxy_read_timeout 1h;
                }
            }
        }

        """;

    private const string Start = """
        #!/bin/sh
        echo "$1" > /usr/share/nginx/html/index.html
        websocketd --address=127.0.0.1 --port=8080 --loglevel=error cat /usr/share/nginx/html/index.html - &
        exec nginx -c /etc/nginx/webapp.conf -g 'daemon off;'

        """;

    public static Image Image { get; } = new(Name, ["/start.sh"], [], [.. NginxImage.Image.Layers, FillAsync]);

    private static async Task FillAsync(ImageLayer layer)
    {
        layer.AddFolders("usr/lib", "usr/lib/nginx", "usr/lib/nginx/modules");
        layer.AddFile("/usr/lib/nginx/modules/ngx_http_echo_module.so");
        layer.AddLink("usr/share/nginx/modules", "/usr/lib/nginx/modules");
        await layer.AddProgramAsync("/usr/bin/websocketd");
        layer.AddText("etc/nginx/webapp.conf", Config);
        layer.AddText("start.sh", Start, ImageLayer.Executable);
    }
}
