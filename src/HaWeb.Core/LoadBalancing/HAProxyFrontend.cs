using System.Net;
using HaWeb.Core.Units;
using static HaWeb.Core.LoadBalancing.NginxWriter;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Writes the <c>frontend</c> of a HAProxy config: where it listens, and which section answers a request.</summary>
internal sealed class HAProxyFrontend
{
    private const string HostName = "req.hdr(host),host_only";

    private readonly LoadBalancerOptions _options;
    private readonly HAProxyUpstreams _upstreams;

    public HAProxyFrontend(LoadBalancerConfig config, HAProxyUpstreams upstreams)
    {
        _options = config.Options;
        _upstreams = upstreams;
    }

    public IEnumerable<string> Write() => ["frontend haweb", .. Binds().Concat(Clients()).Concat(Headers()).Concat(Choice()).Select(line => "    " + line)];

    private IEnumerable<string> Binds() => _options.Listen.Select(listen =>
    {
        var tls = !_options.SpeaksTls(listen) ? "" : $" ssl crt {_options.Tls!.Certificate} alpn {(_options.Http2 ? "h2,http/1.1" : "http/1.1")}";
        return $"bind {Place(listen)}{tls}";
    }).Distinct(StringComparer.Ordinal);

    private IEnumerable<string> Clients()
    {
        var client = _options.Client;
        yield return "http-request capture req.hdr(Host) len 253";
        yield return "http-request capture req.hdr(User-Agent) len 200";
        yield return "http-request capture req.hdr(Referer) len 200";
        if (client.Rate is not null || client.Connections is not null)
        {
            yield return "stick-table type ipv6 size 100k expire 1m store http_req_rate(1s),conn_cur";
            yield return "http-request track-sc0 src";
        }

        if (client.Rate is { } rate)
        {
            yield return $"http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt {Number(rate)} }}";
        }

        if (client.Connections is { } connections)
        {
            yield return $"http-request deny deny_status 429 if {{ sc_conn_cur(0) gt {Number(connections)} }}";
        }

        if (client.MaxBody > 0)
        {
            yield return $"http-request deny deny_status 413 if {{ req.body_size gt {Number(client.MaxBody)} }}";
        }

        if (_options.RedirectToTls)
        {
            var port = _options.Listen.First(_options.SpeaksTls).Port;
            yield return $"http-request redirect location https://%[{HostName}]{(port == 443 ? "" : ":" + Number(port))}%[pathq] code 308 unless {{ ssl_fc }}";
        }
    }

    private IEnumerable<string> Headers() =>
    [
        "option forwardfor",
        "http-request set-header X-Real-IP %[src]",
        "http-request set-header X-Forwarded-Proto https if { ssl_fc }",
        "http-request set-header X-Forwarded-Proto http unless { ssl_fc }",
        "http-request set-header X-Forwarded-Host %[req.hdr(Host)]",
        .. _options.RequestHeaders.Select(header => $"http-request set-header {header.Name} {HAProxyWriter.Literal(header.Value)}"),
        .. _options.ResponseHeaders.Select(header => $"http-after-response set-header {header.Name} {HAProxyWriter.Literal(header.Value)}"),
    ];

    // As nginx chooses: the exact name, else the longest that begins with a star, else the longest that ends with one, else the first host; then the longest path.
    private IEnumerable<string> Choice()
    {
        var hosts = _options.Hosts;
        foreach (var host in hosts.Skip(1).OrderBy(host => Rank(host.Names[0])).ThenByDescending(host => host.Names[0].Length))
        {
            foreach (var route in Longest(host.Routes))
            {
                yield return $"use_backend {_upstreams.NameFor(route)} if {{ {HostName} {Pattern(host.Names[0])} }}{(route.Path == "/" ? "" : $" {{ path_beg {route.Path} }}")}";
            }
        }

        foreach (var route in Longest(hosts[0].Routes))
        {
            yield return route.Path == "/" ? $"default_backend {_upstreams.NameFor(route)}" : $"use_backend {_upstreams.NameFor(route)} if {{ path_beg {route.Path} }}";
        }
    }

    private static IEnumerable<LocationRoute> Longest(IEnumerable<LocationRoute> routes) => routes.OrderByDescending(route => route.Path.Length).ThenBy(route => route.Path, StringComparer.Ordinal);

    private static int Rank(string name) => name[0] == '*' ? 1 : name[^1] == '*' ? 2 : 0;

    // The two dashes: what follows is no option, whatever it begins with.
    private static string Pattern(string name) => Rank(name) switch
    {
        1 => $"-m end -i -- {name[1..]}",
        2 => $"-m beg -i -- {name[..^1]}",
        _ => $"-m str -i -- {name}",
    };

    private static string Place(ListenAddress listen)
    {
        var address = listen.Address is null ? IPAddress.Any : IPAddress.Parse(listen.Address);
        return address.Equals(IPAddress.Any) ? $"*:{Number(listen.Port)}"
            : address.Equals(IPAddress.IPv6Any) ? $":::{Number(listen.Port)} v6only"
            : new IPEndPoint(address, listen.Port).ToString();
    }
}
