using System.Net;
using HaWeb.Core.Units;
using static HaWeb.Core.LoadBalancing.NginxWriter;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Writes the <c>server</c> blocks of an nginx config: where it listens, and what becomes of a request.</summary>
internal sealed class NginxServers
{
    private const int Tries = 3;
    private const int RetryAfterSeconds = 5;

    // Of the table in which nginx keeps a location's headers; without a larger one, many or long names give a warning.
    private const int HeaderTable = 4096;
    private const int HeaderBucket = 256;
    private const string MaintenancePath = "/haweb-maintenance";

    private readonly LoadBalancerConfig _config;
    private readonly LoadBalancerOptions _options;
    private readonly NginxVersion _version;

    public NginxServers(LoadBalancerConfig config, NginxVersion version)
    {
        _config = config;
        _options = config.Options;
        _version = version;
    }

    /// <summary>The lines. The first block is nginx's default: it answers what is for no host that is named.</summary>
    public IEnumerable<string> Write() =>
        _options.Hosts.SelectMany((host, index) => (index == 0 ? Enumerable.Empty<string>() : [""]).Concat(Server(host))).Concat(_options.RedirectToTls ? Redirect() : []);

    private IEnumerable<string> Server(VirtualHost host)
    {
        yield return "server {";
        foreach (var line in Listens(_options.Listen.Where(listen => !_options.RedirectToTls || _options.SpeaksTls(listen))).Concat(Names(host.Names)).Concat(Tls()).Concat(Clients()))
        {
            yield return "    " + line;
        }

        foreach (var route in host.Routes)
        {
            yield return "";
            yield return $"    location {route.Path} {{";
            foreach (var line in _config.BackendsOf(route.Service).Count == 0 ? Unavailable(route.Service) : Proxy(route))
            {
                yield return "        " + line;
            }

            yield return "    }";
        }

        foreach (var line in MaintenancePage(host))
        {
            yield return line;
        }

        yield return "}";
    }

    private IEnumerable<string> Redirect()
    {
        var port = _options.Listen.First(_options.SpeaksTls).Port;
        yield return "";
        yield return "server {";
        foreach (var line in Listens(_options.Listen.Where(listen => !_options.SpeaksTls(listen))).Concat(Names([.. _options.Hosts.SelectMany(host => host.Names)])).Concat(Clients()))
        {
            yield return "    " + line;
        }

        yield return $"    return 308 https://$host{(port == 443 ? "" : ":" + Number(port))}$request_uri;";
        yield return "}";
    }

    private IEnumerable<string> Listens(IEnumerable<ListenAddress> places) =>
        places.Select(listen =>
        {
            var word = !_options.SpeaksTls(listen) ? "" : _options.Http2 && !_version.HasHttp2Directive ? " ssl http2" : " ssl";
            return $"listen {Place(listen)}{word};";
        }).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Names(IReadOnlyList<string> names) => names.Count > 0 ? [$"server_name {string.Join(' ', names)};"] : [];

    private IEnumerable<string> Tls()
    {
        if (_options.Tls is not { } tls)
        {
            yield break;
        }

        if (_options.Http2 && _version.HasHttp2Directive)
        {
            yield return "http2 on;";
        }

        yield return $"ssl_certificate {tls.Certificate};";
        yield return $"ssl_certificate_key {tls.Key};";
        yield return "ssl_protocols TLSv1.2 TLSv1.3;";
        yield return "ssl_session_cache shared:haweb_tls:10m;";
    }

    private IEnumerable<string> Clients()
    {
        var client = _options.Client;
        var timeout = Milliseconds(client.Timeout);
        yield return $"access_log {_options.AccessLog ?? DefaultAccessLog} haweb;";
        yield return $"client_max_body_size {Number(client.MaxBody)};";
        yield return $"client_header_timeout {timeout};";
        yield return $"client_body_timeout {timeout};";
        yield return $"send_timeout {timeout};";
        if (client.Rate is { } rate)
        {
            yield return $"limit_req zone={RequestZone} burst={Number(rate)} nodelay;";
            yield return "limit_req_status 429;";
        }

        if (client.Connections is { } connections)
        {
            yield return $"limit_conn {ConnectionZone} {Number(connections)};";
            yield return "limit_conn_status 429;";
        }

        if (_options.RequestHeaders.Count + _options.ResponseHeaders.Count > 0)
        {
            yield return $"proxy_headers_hash_max_size {Number(HeaderTable)};";
            yield return $"proxy_headers_hash_bucket_size {Number(HeaderBucket)};";
        }
    }

    private IEnumerable<string> Proxy(LocationRoute route) =>
    [
        $"proxy_pass http://{UpstreamOf(route.Service)};",
        "proxy_http_version 1.1;",
        "proxy_set_header Host $haweb_host;",
        "proxy_set_header X-Real-IP $remote_addr;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-Host $haweb_host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $haweb_connection;",
        .. _options.RequestHeaders.Select(header => $"proxy_set_header {header.Name} \"{header.Value}\";"),
        .. _options.ResponseHeaders.Select(header => $"proxy_hide_header {header.Name};"),
        .. ResponseHeaders(),
        $"proxy_connect_timeout {Milliseconds(route.Tuning.ConnectTimeout)};",
        $"proxy_read_timeout {Milliseconds(route.Tuning.ReadTimeout)};",
        $"proxy_send_timeout {Milliseconds(route.Tuning.ReadTimeout)};",
        "proxy_next_upstream error timeout http_502 http_503;",
        $"proxy_next_upstream_tries {Number(Tries)};",
    ];

    private IEnumerable<string> Unavailable(string service) => _options.MaintenancePage is not null
        ? [$"error_page 503 {MaintenancePath};", "return 503;"]
        :
        [
            "default_type text/plain;",
            $"add_header Retry-After {Number(RetryAfterSeconds)} always;",
            .. ResponseHeaders(),
            $"return 503 \"No backend of {service} is available.\\n\";",
        ];

    private IEnumerable<string> MaintenancePage(VirtualHost host) => _options.MaintenancePage is { } page && host.Routes.Any(route => _config.BackendsOf(route.Service).Count == 0)
        ?
        [
            "",
            $"    location = {MaintenancePath} {{",
            "        internal;",
            $"        alias {page};",
            "        types { }",
            "        default_type text/html;",
            $"        add_header Retry-After {Number(RetryAfterSeconds)} always;",
            .. ResponseHeaders().Select(line => "        " + line),
            "    }",
        ]
        : [];

    private IEnumerable<string> ResponseHeaders() => _options.ResponseHeaders.Select(header => $"add_header {header.Name} \"{header.Value}\" always;");

    private static string Place(ListenAddress listen)
    {
        var address = listen.Address is null ? IPAddress.Any : IPAddress.Parse(listen.Address);
        return address.Equals(IPAddress.Any) ? Number(listen.Port) : new IPEndPoint(address, listen.Port).ToString();
    }
}
