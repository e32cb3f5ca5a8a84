using System.Globalization;
using System.Net;
using HaWeb.Core.Discovery;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Writes a config for nginx 1.22 or later, to be included in its <c>http</c> block.</summary>
public static class NginxWriter
{
    private const int Tries = 3;
    private const int RetryAfterSeconds = 5;

    // One server takes up to a kilobyte of an upstream's shared memory, and nginx itself some pages.
    private const int ServersIn64K = 32;

    // nginx refuses a name that does not fit into one bucket of its table; without this line that is one of 64 bytes.
    private const int LongestNameInDefaultBucket = 40;

    private const string Preamble =
        """
        map $http_upgrade $haweb_connection {
            default upgrade;
            ''      '';
        }

        map $http_host $haweb_host {
            default $http_host;
            ''      $host;
        }

        log_format haweb '$remote_addr [$time_iso8601] "$request" $status $body_bytes_sent $request_time '
                         'upstream=$upstream_addr status=$upstream_status connect=$upstream_connect_time response=$upstream_response_time';

        """;

    /// <summary>The config's text, with line feeds. Equal configs give equal texts.</summary>
    public static string Write(LoadBalancerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var lines = new List<string>
        {
            "# Written by HaWeb: a change made by hand is lost when the backends change.",
            NginxText.RevisionComment + Number(config.Revision),
            "",
        };
        if (config.Options.ServerNames.Any(name => name.Length > LongestNameInDefaultBucket))
        {
            lines.AddRange(["server_names_hash_bucket_size 512;", ""]);
        }

        lines.AddRange(Preamble.Split('\n').Select(line => line.TrimEnd('\r')));
        foreach (var service in config.Options.BalancedServices)
        {
            lines.AddRange(Upstream(config, service));
        }

        lines.AddRange(Server(config));
        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<string> Upstream(LoadBalancerConfig config, string service)
    {
        var backends = Servers(config, service);
        if (backends.Count == 0)
        {
            yield break;
        }

        var tuning = config.Options.Routes.First(route => route.Service == service).Tuning;
        yield return $"upstream {Name(service)} {{";
        yield return $"    zone {Name(service)} {ZoneKilobytes(backends.Count)}k;";
        if (Method(config.Options.Algorithm) is { } method)
        {
            yield return $"    {method};";
        }

        foreach (var backend in backends)
        {
            var weight = backend.Weight == 1 ? "" : $" weight={Number(backend.Weight)}";
            yield return $"    {NginxText.ServerLine}{backend.Endpoint}{weight} max_fails={Number(tuning.MaxFails)} fail_timeout={Seconds(tuning.FailTimeout)}{(backend.Backup ? " backup" : "")};";
        }

        if (tuning.Keepalive > 0)
        {
            yield return $"    keepalive {Number(tuning.Keepalive)};";
        }

        yield return "}";
        yield return "";
    }

    // nginx takes no upstream of backup servers alone, and no backup server where a hash or chance chooses.
    private static IReadOnlyList<Backend> Servers(LoadBalancerConfig config, string service)
    {
        var backends = config.BackendsOf(service);
        if (backends.All(backend => backend.Backup))
        {
            return [.. backends.Select(backend => backend with { Backup = false })];
        }

        return config.Options.Algorithm is BalancingAlgorithm.IpHash or BalancingAlgorithm.Random
            ? [.. backends.Where(backend => !backend.Backup)]
            : backends;
    }

    private static IEnumerable<string> Server(LoadBalancerConfig config)
    {
        yield return "server {";
        foreach (var listen in config.Options.Listen.Select(Listen).Distinct(StringComparer.Ordinal))
        {
            yield return $"    listen {listen};";
        }

        if (config.Options.ServerNames.Count > 0)
        {
            yield return $"    server_name {string.Join(' ', config.Options.ServerNames.Distinct(StringComparer.OrdinalIgnoreCase))};";
        }

        yield return $"    access_log {config.Options.AccessLog} haweb;";
        foreach (var route in config.Options.Routes)
        {
            yield return "";
            yield return $"    location {route.Path} {{";
            foreach (var line in config.BackendsOf(route.Service).Count == 0 ? Unavailable(route.Service) : Proxy(route))
            {
                yield return "        " + line;
            }

            yield return "    }";
        }

        yield return "}";
    }

    private static IEnumerable<string> Proxy(LocationRoute route) =>
    [
        $"proxy_pass http://{Name(route.Service)};",
        "proxy_http_version 1.1;",
        "proxy_set_header Host $haweb_host;",
        "proxy_set_header X-Real-IP $remote_addr;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-Host $haweb_host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $haweb_connection;",
        $"proxy_connect_timeout {Milliseconds(route.Tuning.ConnectTimeout)};",
        $"proxy_read_timeout {Milliseconds(route.Tuning.ReadTimeout)};",
        $"proxy_send_timeout {Milliseconds(route.Tuning.ReadTimeout)};",
        "proxy_next_upstream error timeout http_502 http_503;",
        $"proxy_next_upstream_tries {Number(Tries)};",
    ];

    private static IEnumerable<string> Unavailable(string service) =>
    [
        "default_type text/plain;",
        $"add_header Retry-After {Number(RetryAfterSeconds)} always;",
        $"return 503 \"No backend of {service} is available.\\n\";",
    ];

    private static string Name(string service) => "haweb_" + service;

    private static string? Method(BalancingAlgorithm algorithm) => algorithm switch
    {
        BalancingAlgorithm.LeastConnections => "least_conn",
        BalancingAlgorithm.IpHash => "ip_hash",
        BalancingAlgorithm.Random => "random",
        _ => null,
    };

    private static string Listen(ListenAddress listen)
    {
        var address = listen.Address is null ? IPAddress.Any : IPAddress.Parse(listen.Address);
        return address.Equals(IPAddress.Any) ? Number(listen.Port) : new IPEndPoint(address, listen.Port).ToString();
    }

    // Doubled rather than counted out: a change of server lines seldom changes another line.
    private static string ZoneKilobytes(int servers)
    {
        var size = 64;
        for (var fit = ServersIn64K; fit < servers; fit *= 2)
        {
            size *= 2;
        }

        return Number(size);
    }

    private static string Milliseconds(TimeSpan time) => Number((long)Math.Ceiling(time.TotalMilliseconds)) + "ms";

    // nginx takes whole seconds here.
    private static string Seconds(TimeSpan time) => Number((long)Math.Ceiling(time.TotalSeconds)) + "s";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
