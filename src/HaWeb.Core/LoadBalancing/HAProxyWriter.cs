using System.Net;
using HaWeb.Core.Discovery;
using HaWeb.Core.Units;
using static HaWeb.Core.LoadBalancing.NginxWriter;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Writes a config for HAProxy 2.6 or later: a whole file, to which another one with a <c>global</c> section of its own may be added.</summary>
public static class HAProxyWriter
{
    /// <summary>The config file where none is named: that of the official image.</summary>
    public const string DefaultConfigPath = "/usr/local/etc/haproxy/haproxy.cfg";

    private const int Retries = 2;
    private const int RetryAfterSeconds = 5;
    private const int MaxWeight = 256;

    /// <summary>The config's text, with line feeds. Equal configs give equal texts.</summary>
    /// <exception cref="LoadBalancerRefusedException">The key of the certificate is where HAProxy does not look for it.</exception>
    public static string Write(LoadBalancerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var options = config.Options;
        if (options.Tls is { } tls && tls.Key != tls.Certificate && tls.Key != tls.Certificate + ".key")
        {
            throw new LoadBalancerRefusedException([new LoadBalancerProblem("TlsKey", $"HAProxy takes the key from the certificate's own file or from {tls.Certificate}.key: put it there, and name that.")]);
        }

        var upstreams = new HAProxyUpstreams(config);
        IEnumerable<string> lines =
        [
            "# Written by HaWeb: a change made by hand is lost when the backends change.",
            NginxText.RevisionComment + Number(config.Revision),
            "",
            "global",
            $"    log {options.AccessLog ?? "stdout format raw"} local0",
            .. options.Tls is null ? Enumerable.Empty<string>() : ["    ssl-default-bind-options ssl-min-ver TLSv1.2"],
            "",
            "defaults haweb",
            "    mode http",
            "    log global",
            "    option dontlognull",
            $"    log-format {LogFormat(options.AccessLogFormat)}",
            $"    timeout client {Milliseconds(options.Client.Timeout)}",
            $"    timeout http-request {Milliseconds(options.Client.Timeout)}",
            $"    retries {Number(Retries)}",
            "    option redispatch 1",
            "    option allbackups",
            "",
            .. new HAProxyFrontend(config, upstreams).Write(),
            .. upstreams.All.SelectMany(upstream => Backend(config, upstream)),
        ];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>A header's value, in a format string between double quotes.</summary>
    internal static string Literal(string value) => $"\"{value.Replace("%", "%%", StringComparison.Ordinal)}\"";

    private static string LogFormat(AccessLogFormat format) => format == AccessLogFormat.Json
        ? """'{"time":"%Tl","client":"%ci","host":"%[capture.req.hdr(0),json(utf8s)]","method":"%HM","uri":"%[capture.req.uri,json(utf8s)]","protocol":"%HV","status":"%ST","bytes":"%B","milliseconds":"%Ta","upstream":"%si:%sp","upstream_connect_ms":"%Tc","upstream_response_ms":"%Tr","agent":"%[capture.req.hdr(1),json(utf8s)]","referer":"%[capture.req.hdr(2),json(utf8s)]"}'"""
        : "'%ci [%Tl] \"%[capture.req.method] %[capture.req.uri,json(utf8s)] %HV\" %ST %B milliseconds=%Ta upstream=%si:%sp connect=%Tc response=%Tr'";

    private static IEnumerable<string> Backend(LoadBalancerConfig config, HAProxyUpstream upstream)
    {
        var options = config.Options;
        var tuning = upstream.Tuning;
        var backends = config.BackendsOf(upstream.Service);
        yield return "";
        yield return $"backend {upstream.Name}";
        if (backends.Count == 0)
        {
            yield return options.MaintenancePage is { } page
                ? $"    http-request return status 503 content-type \"text/html\" file {page} hdr Retry-After {Number(RetryAfterSeconds)}"
                : $"    http-request return status 503 content-type \"text/plain\" string \"No backend of {upstream.Service} is available.\\n\" hdr Retry-After {Number(RetryAfterSeconds)}";
            yield return $"    timeout connect {Milliseconds(tuning.ConnectTimeout)}";
            yield return $"    timeout server {Milliseconds(tuning.ReadTimeout)}";
            yield break;
        }

        foreach (var line in Method(options))
        {
            yield return "    " + line;
        }

        yield return $"    timeout connect {Milliseconds(tuning.ConnectTimeout)}";
        yield return $"    timeout server {Milliseconds(tuning.ReadTimeout)}";
        yield return $"    timeout tunnel {Milliseconds(tuning.ReadTimeout)}";
        yield return "    retry-on conn-failure empty-response response-timeout 502 503";
        yield return "    http-request disable-l7-retry if { method POST LOCK PATCH }";
        yield return tuning.Keepalive > 0 ? "    http-reuse safe" : "    http-reuse never";
        yield return $"    default-server{(tuning.Keepalive > 0 ? " pool-max-conn " + Number(tuning.Keepalive) : "")}{Watch(tuning)}";
        var heaviest = backends.Max(backend => backend.Weight);
        foreach (var backend in backends)
        {
            yield return $"    {NginxText.ServerLine}{NameOf(backend)} {backend.Endpoint} weight {Number(Weight(backend.Weight, heaviest))}{(backend.Backup ? " backup" : "")}";
        }
    }

    // A server that fails that often is left alone until a connection to it can be made again, which is tried as often as the time says.
    private static string Watch(UpstreamTuning tuning) => tuning.MaxFails == 0
        ? ""
        : $" check inter {Milliseconds(tuning.FailTimeout)} rise 1 fall 1 observe layer4 error-limit {Number(tuning.MaxFails)} on-error mark-down";

    private static IEnumerable<string> Method(LoadBalancerOptions options) => options.Algorithm switch
    {
        BalancingAlgorithm.LeastConnections => ["balance leastconn"],
        BalancingAlgorithm.IpHash => ["balance source", "hash-type consistent"],
        BalancingAlgorithm.Random => ["balance random(1)"],
        BalancingAlgorithm.RandomTwo => ["balance random(2)"],
        BalancingAlgorithm.Hash => [Hash(options.HashKey), "hash-type consistent"],
        _ => ["balance roundrobin"],
    };

    private static string Hash(HashKey key) => key.Kind switch
    {
        HashKeyKind.Address => "balance source",
        HashKeyKind.Host => "balance hdr(host)",
        HashKeyKind.Header => $"balance hdr({key.Name})",
        HashKeyKind.Cookie => $"balance hash req.cook({key.Name})",
        _ => "balance uri whole",
    };

    private static int Weight(int weight, int heaviest) => heaviest <= MaxWeight ? weight : Math.Max(1, weight * MaxWeight / heaviest);

    private static string NameOf(Backend backend) => new IPEndPoint(backend.Address, backend.Port).ToString().Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
}
