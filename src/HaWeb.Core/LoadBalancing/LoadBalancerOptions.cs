using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>What is asked of a load balancer, whatever its backends are just now. <see cref="Check"/> says whether it can be had.</summary>
public sealed record LoadBalancerOptions
{
    private const int TlsPort = 443;

    /// <summary>The services that it balances. The first one answers every path that no location takes.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [new ListenAddress(null, 80)];

    /// <summary>The names it answers to; empty for any.</summary>
    public IReadOnlyList<string> ServerNames { get; init; } = [];

    /// <summary>How it chooses a backend.</summary>
    public BalancingAlgorithm Algorithm { get; init; }

    /// <summary>Paths that go to services of their own.</summary>
    public IReadOnlyList<LocationRoute> Locations { get; init; } = [];

    /// <summary>How it treats the backends of the first service.</summary>
    public UpstreamTuning Tuning { get; init; } = UpstreamTuning.Default;

    /// <summary>What is served once every backend of a service was withdrawn.</summary>
    public EmptyServiceAnswer WhenEmpty { get; init; }

    /// <summary>What <see cref="BalancingAlgorithm.Hash"/> goes by.</summary>
    public HashKey HashKey { get; init; } = HashKey.Uri;

    /// <summary>What clients see that connect with TLS; null for plain HTTP alone.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>Whether plain requests are sent to the first TLS port, with the status 308.</summary>
    public bool RedirectToTls { get; init; }

    /// <summary>Whether clients that connect with TLS may speak HTTP/2.</summary>
    public bool Http2 { get; init; } = true;

    /// <summary>What is taken from clients.</summary>
    public ClientLimits Client { get; init; } = ClientLimits.Default;

    /// <summary>Headers that requests get on their way to the backends, in the place of what the client sent under that name.</summary>
    public IReadOnlyList<HttpHeader> RequestHeaders { get; init; } = [];

    /// <summary>Headers that answers get on their way to the clients, in the place of what the backend sent under that name.</summary>
    public IReadOnlyList<HttpHeader> ResponseHeaders { get; init; } = [];

    /// <summary>The page that is served with the status 503, a file as the balancer sees it; null for a line of text.</summary>
    public string? MaintenancePage { get; init; }

    /// <summary>Whether every request is answered as if no service had a backend.</summary>
    public bool IsInMaintenance { get; init; }

    /// <summary>A template that the config is made from; null for the config as it is written.</summary>
    public ConfigTemplate? Template { get; init; }

    /// <summary>The config file, as nginx sees it.</summary>
    public string ConfigPath { get; init; } = NginxWriter.DefaultConfigPath;

    /// <summary>
    /// The access log as the balancer sees it: nginx's file, HAProxy's socket of a syslog. Null for <c>/var/log/nginx/access.log</c>, and HAProxy's standard output.
    /// </summary>
    public string? AccessLog { get; init; }

    /// <summary>How the access log is written.</summary>
    public AccessLogFormat AccessLogFormat { get; init; }

    /// <summary>Every path and the service that answers it: the locations, and <c>/</c> for the first service unless a location has it.</summary>
    public IReadOnlyList<LocationRoute> Routes =>
        Services.Count == 0 || Locations.Any(location => location is { Path: "/", Host: null }) ? Locations : [new LocationRoute("/", Services[0], Tuning), .. Locations];

    /// <summary>The hosts: first the one that answers what is for no other, then those that locations name. What their own locations do not take, the first one's do.</summary>
    public IReadOnlyList<VirtualHost> Hosts
    {
        get
        {
            var shared = Routes.Where(route => route.Host is null).ToList();
            var hosts = Locations.Where(location => location.Host is not null).GroupBy(location => location.Host!, StringComparer.OrdinalIgnoreCase).ToList();
            return
            [
                new VirtualHost([.. ServerNames.Distinct(StringComparer.OrdinalIgnoreCase).Where(name => !hosts.Exists(host => name.Equals(host.Key, StringComparison.OrdinalIgnoreCase)))], shared),
                .. hosts.Select(host => new VirtualHost([host.Key], [.. shared.Where(route => host.All(own => own.Path != route.Path)), .. host])),
            ];
        }
    }

    /// <summary>Every service that is balanced, in ordinal order.</summary>
    public IReadOnlyList<string> BalancedServices =>
        [.. Services.Concat(Locations.Select(location => location.Service)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The options of a balancer unit.</summary>
    /// <param name="unit">Its <c>[X-HaWeb]</c> section.</param>
    public static LoadBalancerOptions From(HaWebOptions unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return new LoadBalancerOptions
        {
            Services = unit.LoadBalancer,
            Listen = unit.Listen,
            ServerNames = unit.ServerName,
            Algorithm = unit.Algorithm,
            Locations = unit.Locations,
            Tuning = unit.Tuning,
            WhenEmpty = unit.WhenEmpty,
            HashKey = unit.HashKey,
            Tls = unit is { TlsCertificate: { } certificate, TlsKey: { } key } ? new TlsFiles(certificate, key) : null,
            RedirectToTls = unit.RedirectToTls,
            Http2 = unit.Http2,
            Client = unit.Client,
            RequestHeaders = unit.RequestHeaders,
            ResponseHeaders = unit.ResponseHeaders,
            MaintenancePage = unit.MaintenancePage,
            IsInMaintenance = unit.IsInMaintenance,
            AccessLog = unit.AccessLog,
            AccessLogFormat = unit.AccessLogFormat,
            Template = unit.Template,
            ConfigPath = unit.ConfigPath,
        };
    }

    /// <summary>Whether other options ask for the same.</summary>
    public bool IsSameAs(LoadBalancerOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Services.SequenceEqual(other.Services, StringComparer.Ordinal)
            && Listen.SequenceEqual(other.Listen)
            && ServerNames.SequenceEqual(other.ServerNames, StringComparer.Ordinal)
            && Locations.SequenceEqual(other.Locations)
            && RequestHeaders.SequenceEqual(other.RequestHeaders)
            && ResponseHeaders.SequenceEqual(other.ResponseHeaders)
            && WithoutLists == other.WithoutLists;
    }

    /// <summary>Whether a place where it listens speaks TLS.</summary>
    public bool SpeaksTls(ListenAddress listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        return Tls is not null && (listen.IsTls || listen.Port == TlsPort);
    }

    /// <summary>What is wrong with these options; empty when nothing is. Options without a problem always give a config that passes nginx's test.</summary>
    public IReadOnlyList<LoadBalancerProblem> Check() => LoadBalancerCheck.Of(this);

    private LoadBalancerOptions WithoutLists => this with { Services = [], Listen = [], ServerNames = [], Locations = [], RequestHeaders = [], ResponseHeaders = [] };
}
