using System.Globalization;
using HaWeb.Core.Discovery;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Writes a config for nginx 1.22 or later, to be included in its <c>http</c> block.</summary>
public static class NginxWriter
{
    /// <summary>The access log where none is named.</summary>
    public const string DefaultAccessLog = "/var/log/nginx/access.log";

    /// <summary>The config file where none is named.</summary>
    public const string DefaultConfigPath = "/etc/nginx/conf.d/default.conf";

    internal const string RequestZone = "haweb_requests";
    internal const string ConnectionZone = "haweb_connections";

    // One server takes up to a kilobyte of an upstream's shared memory, and nginx itself some pages.
    private const int ServersIn64K = 32;

    // nginx refuses a name that does not fit into one bucket of its table; without this line that is one of 64 bytes.
    private const int LongestNameInDefaultBucket = 40;

    private const string Maps =
        """
        map $http_upgrade $haweb_connection {
            default upgrade;
            ''      '';
        }

        map $http_host $haweb_host {
            default $http_host;
            ''      $host;
        }

        """;

    private const string TextLog =
        """
        log_format haweb '$remote_addr [$time_iso8601] "$request" $status $body_bytes_sent $request_time '
                         'upstream=$upstream_addr status=$upstream_status connect=$upstream_connect_time response=$upstream_response_time';

        """;

    private const string JsonLog =
        """
        log_format haweb escape=json '{"time":"$time_iso8601","client":"$remote_addr","host":"$host","method":"$request_method","uri":"$request_uri",'
                         '"protocol":"$server_protocol","status":"$status","bytes":"$body_bytes_sent","seconds":"$request_time",'
                         '"upstream":"$upstream_addr","upstream_status":"$upstream_status","upstream_connect":"$upstream_connect_time",'
                         '"upstream_response":"$upstream_response_time","agent":"$http_user_agent","referer":"$http_referer"}';

        """;

    /// <summary>The config's text, with line feeds. Equal configs give equal texts.</summary>
    /// <param name="config">What it says.</param>
    /// <param name="version">The nginx that it is for; null for any: what is newer than <see cref="NginxVersion.Oldest"/> is not used then.</param>
    public static string Write(LoadBalancerConfig config, NginxVersion? version = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = config.Options;
        var lines = new List<string>
        {
            "# Written by HaWeb: a change made by hand is lost when the backends change.",
            NginxText.RevisionComment + Number(config.Revision),
            "",
        };
        if (options.Hosts.SelectMany(host => host.Names).Any(name => name.Length > LongestNameInDefaultBucket))
        {
            lines.AddRange(["server_names_hash_bucket_size 512;", ""]);
        }

        lines.AddRange(LinesOf(Maps));
        lines.AddRange(LinesOf(options.AccessLogFormat == AccessLogFormat.Json ? JsonLog : TextLog));
        lines.AddRange(Zones(options.Client));
        foreach (var service in options.BalancedServices)
        {
            lines.AddRange(Upstream(config, service));
        }

        lines.AddRange(new NginxServers(config, version ?? NginxVersion.Oldest).Write());
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The name of a service's upstream.</summary>
    public static string UpstreamOf(string service) => "haweb_" + service;

    internal static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Milliseconds(TimeSpan time) => Number((long)Math.Ceiling(time.TotalMilliseconds)) + "ms";

    private static IEnumerable<string> LinesOf(string text) => text.Split('\n').Select(line => line.TrimEnd('\r'));

    private static IEnumerable<string> Zones(ClientLimits client)
    {
        if (client.Rate is { } rate)
        {
            yield return $"limit_req_zone $binary_remote_addr zone={RequestZone}:10m rate={Number(rate)}r/s;";
        }

        if (client.Connections is not null)
        {
            yield return $"limit_conn_zone $binary_remote_addr zone={ConnectionZone}:10m;";
        }

        if (client.Rate is not null || client.Connections is not null)
        {
            yield return "";
        }
    }

    private static IEnumerable<string> Upstream(LoadBalancerConfig config, string service)
    {
        var backends = Servers(config, service);
        if (backends.Count == 0)
        {
            yield break;
        }

        var tuning = config.Options.Routes.First(route => route.Service == service).Tuning;
        yield return $"upstream {UpstreamOf(service)} {{";
        yield return $"    zone {UpstreamOf(service)} {ZoneKilobytes(backends.Count)}k;";
        if (Method(config.Options) is { } method)
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

        return config.Options.Algorithm is BalancingAlgorithm.RoundRobin or BalancingAlgorithm.LeastConnections
            ? backends
            : [.. backends.Where(backend => !backend.Backup)];
    }

    private static string? Method(LoadBalancerOptions options) => options.Algorithm switch
    {
        BalancingAlgorithm.LeastConnections => "least_conn",
        BalancingAlgorithm.IpHash => "ip_hash",
        BalancingAlgorithm.Random => "random",
        BalancingAlgorithm.RandomTwo => "random two least_conn",
        BalancingAlgorithm.Hash => $"hash {Variable(options.HashKey)} consistent",
        _ => null,
    };

    private static string Variable(HashKey key) => key.Kind switch
    {
        HashKeyKind.Address => "$remote_addr",
        HashKeyKind.Host => "$host",
        HashKeyKind.Header => "$http_" + key.Name!.ToLowerInvariant().Replace('-', '_'),
        HashKeyKind.Cookie => "$cookie_" + key.Name,
        _ => "$request_uri",
    };

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

    // nginx takes whole seconds here.
    private static string Seconds(TimeSpan time) => Number((long)Math.Ceiling(time.TotalSeconds)) + "s";
}
