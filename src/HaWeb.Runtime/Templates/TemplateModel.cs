using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Runtime.Templates;

/// <summary>
/// What a template can ask of a config: numbers, truths, and texts that were checked when the config was made, so that none of them means anything to a
/// balancer but itself (docs/load-balancing.md lists them).
/// </summary>
internal static class TemplateModel
{
    public static IReadOnlyDictionary<string, object?> Of(LoadBalancerConfig config, string generated)
    {
        var options = config.Options;
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["generated"] = generated,
            ["revision"] = config.Revision,
            ["services"] = options.BalancedServices.Select(service => ServiceOf(config, service)).ToArray(),
            ["hosts"] = options.Hosts.Select(host => HostOf(config, host)).ToArray(),
            ["server_names"] = options.ServerNames.ToArray(),
            ["listen"] = options.Listen.Select(listen => ListenOf(options, listen)).ToArray(),
            ["algorithm"] = options.Algorithm.ToString(),
            ["hash_key"] = options.HashKey.ToString(),
            ["tls"] = TlsOf(options),
            ["client"] = ClientOf(options.Client),
            ["request_headers"] = options.RequestHeaders.Select(HeaderOf).ToArray(),
            ["response_headers"] = options.ResponseHeaders.Select(HeaderOf).ToArray(),
            ["access_log"] = options.AccessLog ?? NginxWriter.DefaultAccessLog,
            ["maintenance"] = options.IsInMaintenance,
            ["maintenance_page"] = options.MaintenancePage ?? "",
        };
    }

    private static TemplateNode ServiceOf(LoadBalancerConfig config, string service) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["name"] = service,
        ["upstream"] = NginxWriter.UpstreamOf(service),
        ["backends"] = config.NamedBackendsOf(service).Select(BackendOf).ToArray(),
    });

    private static TemplateNode BackendOf(NamedBackend named) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["name"] = Plain(named.Name),
        ["endpoint"] = named.Backend.Endpoint,
        ["address"] = named.Backend.Address.ToString(),
        ["port"] = named.Backend.Port,
        ["weight"] = named.Backend.Weight,
        ["backup"] = named.Backend.Backup,
    });

    private static TemplateNode HostOf(LoadBalancerConfig config, VirtualHost host) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["names"] = host.Names.ToArray(),
        ["locations"] = host.Routes.Select(route => RouteOf(config, route)).ToArray(),
    });

    private static TemplateNode RouteOf(LoadBalancerConfig config, LocationRoute route) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["path"] = route.Path,
        ["service"] = route.Service,
        ["upstream"] = NginxWriter.UpstreamOf(route.Service),
        ["empty"] = config.BackendsOf(route.Service).Count == 0,
        ["connect_timeout_ms"] = Milliseconds(route.Tuning.ConnectTimeout),
        ["read_timeout_ms"] = Milliseconds(route.Tuning.ReadTimeout),
        ["fail_timeout_ms"] = Milliseconds(route.Tuning.FailTimeout),
        ["max_fails"] = route.Tuning.MaxFails,
        ["keepalive"] = route.Tuning.Keepalive,
    });

    private static TemplateNode ListenOf(LoadBalancerOptions options, ListenAddress listen) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["address"] = listen.Address ?? "",
        ["port"] = listen.Port,
        ["tls"] = options.SpeaksTls(listen),
    });

    private static TemplateNode TlsOf(LoadBalancerOptions options) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["on"] = options.Tls is not null,
        ["certificate"] = options.Tls?.Certificate ?? "",
        ["key"] = options.Tls?.Key ?? "",
        ["redirect"] = options.RedirectToTls,
        ["http2"] = options.Http2,
    });

    private static TemplateNode ClientOf(ClientLimits client) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["max_body"] = client.MaxBody,
        ["timeout_ms"] = Milliseconds(client.Timeout),
        ["rate"] = client.Rate ?? 0,
        ["connections"] = client.Connections ?? 0,
    });

    private static TemplateNode HeaderOf(HttpHeader header) => new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["name"] = header.Name,
        ["value"] = header.Value,
    });

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    // A name is a key of the store, which anyone may have written.
    private static string Plain(string name) => new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@' ? c : '_')]);
}
