using System.Collections;
using System.Management.Automation;
using HaWeb.Core.Discovery;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Writes a config of nginx or HAProxy for the backends of services: one from all backends that are piped in, or one for every change of them.</summary>
[Cmdlet(VerbsCommon.New, "HaLoadBalancerConfig", DefaultParameterSetName = FromBackends)]
[OutputType(typeof(HaLoadBalancerConfig))]
public sealed class NewHaLoadBalancerConfigCommand : AsyncCmdlet
{
    private const string FromBackends = "Backend";
    private const string FromChanges = "Change";

    private readonly List<HaBackend> _backends = [];
    private readonly Dictionary<string, HaBackendChange> _changes = new(StringComparer.Ordinal);
    private ConfigText? _text;
    private NginxVersion? _version;

    /// <summary>Backends, as Get-HaBackend gives them.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = FromBackends)]
    public HaBackend[] Backend { get; set; } = [];

    /// <summary>A change of the backends of a service, as Watch-HaBackends gives it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = FromChanges)]
    public HaBackendChange? Change { get; set; }

    /// <summary>The services: the first one answers what no -Location takes. Those of the backends when none is given; with it, a config is written even when no backend comes.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceCompleter))]
    public string[] Service { get; set; } = [];

    /// <summary>The program that the config is for.</summary>
    [Parameter]
    public BalancerEngine Engine { get; set; }

    /// <summary>Ports, or <c>address:port</c>, to listen on; <c>/tls</c> behind one makes it speak TLS.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Listen { get; set; }

    /// <summary>The names it answers to; any when none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ServerName { get; set; } = [];

    /// <summary>How a backend is chosen.</summary>
    [Parameter]
    public BalancingAlgorithm Algorithm { get; set; }

    /// <summary>What the algorithm Hash goes by.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HashKeyCompleter))]
    public string HashKey { get; set; } = Core.Units.HashKey.Uri.ToString();

    /// <summary>Paths that go to services of their own: <c>@{ '/api' = 'api'; 'api.example.org/' = 'api' }</c>.</summary>
    [Parameter]
    public IDictionary? Location { get; set; }

    /// <summary>The certificate that clients are shown, a file as the balancer sees it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TlsCertificate { get; set; }

    /// <summary>Its key, a file as the balancer sees it; the certificate's own file when none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TlsKey { get; set; }

    /// <summary>Plain requests are sent to the first TLS port.</summary>
    [Parameter]
    public SwitchParameter RedirectToTls { get; set; }

    /// <summary>Clients that connect with TLS speak HTTP/1.1.</summary>
    [Parameter]
    public SwitchParameter DisableHttp2 { get; set; }

    /// <summary>The version of nginx in whose syntax the config is written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NginxVersion { get; set; }

    /// <summary>How long a connection to a backend may take.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan ConnectTimeout { get; set; } = UpstreamTuning.Default.ConnectTimeout;

    /// <summary>How long a backend may say nothing while it answers.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan ReadTimeout { get; set; } = UpstreamTuning.Default.ReadTimeout;

    /// <summary>How many failures make the balancer leave a backend alone for a while; 0 for never.</summary>
    [Parameter]
    public int MaxFails { get; set; } = UpstreamTuning.Default.MaxFails;

    /// <summary>Within which time, and for how long.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan FailTimeout { get; set; } = UpstreamTuning.Default.FailTimeout;

    /// <summary>Idle connections kept open to the backends; 0 for none.</summary>
    [Parameter]
    public int Keepalive { get; set; } = UpstreamTuning.Default.Keepalive;

    /// <summary>The longest body of a request, in bytes; 0 for any length.</summary>
    [Parameter]
    public long ClientMaxBody { get; set; } = ClientLimits.Default.MaxBody;

    /// <summary>How long a client may say nothing.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan ClientTimeout { get; set; } = ClientLimits.Default.Timeout;

    /// <summary>Requests a second that one address may make.</summary>
    [Parameter]
    public int? ClientRate { get; set; }

    /// <summary>Requests that one address may have under way at once.</summary>
    [Parameter]
    public int? ClientConnections { get; set; }

    /// <summary>Headers that requests get on their way to the backends.</summary>
    [Parameter]
    public IDictionary? RequestHeader { get; set; }

    /// <summary>Headers that answers get on their way to the clients.</summary>
    [Parameter]
    public IDictionary? ResponseHeader { get; set; }

    /// <summary>What is served once all backends of a service were withdrawn.</summary>
    [Parameter]
    public EmptyServiceAnswer WhenEmpty { get; set; }

    /// <summary>The page that is served with the status 503, a file as the balancer sees it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MaintenancePage { get; set; }

    /// <summary>Every request is answered with the status 503.</summary>
    [Parameter]
    public SwitchParameter Maintenance { get; set; }

    /// <summary>The access log, as the balancer sees it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessLog { get; set; }

    /// <summary>How the access log is written.</summary>
    [Parameter]
    public AccessLogFormat AccessLogFormat { get; set; }

    /// <summary>A Liquid template that makes the config: a path, or the template itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _text = new ConfigText(Engine, Template is null ? null : Guard(ReadTemplate));
        _version = NginxVersion is null ? null : Guard(ReadVersion);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Change is null)
        {
            _backends.AddRange(Backend.Where(backend => backend.Advertised));
            return;
        }

        _changes[Change.Service] = Keep(Change, _changes.GetValueOrDefault(Change.Service));
        if (Service.Except(_changes.Keys, StringComparer.Ordinal).Any())
        {
            // The other services have not told their first set yet.
            return;
        }

        Write([.. _changes.Values.SelectMany(change => change.Backends)], _changes.Keys, Change.Revision);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ParameterSetName == FromBackends && (_backends.Count > 0 || Service.Length > 0))
        {
            Write(_backends, _backends.Select(backend => backend.Service).Distinct(StringComparer.Ordinal), 0);
        }
    }

    /// <summary>Backends that went with their leases stay while no other is there; so do withdrawn ones with <c>KeepLast</c>.</summary>
    private HaBackendChange Keep(HaBackendChange change, HaBackendChange? before)
    {
        var isKept = change.Backends.Count == 0 && before is { Backends.Count: > 0 }
            && (change.Change == HaBackendChange.Expired || WhenEmpty == EmptyServiceAnswer.KeepLast);
        if (isKept)
        {
            WriteWarning($"{change.Service} has no backend left: its last ones stay in the config.");
        }

        return isKept ? change with { Backends = before!.Backends } : change;
    }

    private void Write(IReadOnlyList<HaBackend> backends, IEnumerable<string> found, long revision)
    {
        var options = Guard(() => Options([.. found]));
        var balanced = backends.Where(backend => options.BalancedServices.Contains(backend.Service)).ToList();
        var config = Guard(() => new LoadBalancerConfig(
            options,
            balanced.GroupBy(backend => backend.Service, StringComparer.Ordinal).ToDictionary(
                service => service.Key, service => (IReadOnlyList<NamedBackend>)[.. service.Select(backend => backend.Named)], StringComparer.Ordinal),
            revision));
        var text = _text!;
        var dependsOnVersion = Engine == BalancerEngine.Nginx && _version is null && options is { Tls: not null, Http2: true };
        WriteObject(new HaLoadBalancerConfig
        {
            Service = options.Services[0],
            Engine = Engine,
            Services = options.BalancedServices,
            Revision = revision,
            Backends = balanced,
            Text = Guard(() => text.Write(config, _version)),
            FromTemplate = Template is not null,
            TextFor = dependsOnVersion ? version => text.Write(config, version) : null,
            Cluster = balanced.FirstOrDefault()?.Cluster ?? Change?.Cluster,
        });
    }

    private LoadBalancerOptions Options(IReadOnlyList<string> found)
    {
        var tuning = new UpstreamTuning(ConnectTimeout, ReadTimeout, MaxFails, FailTimeout, Keepalive);
        var locations = Pairs(Location).Select(pair => ReadLocation(pair.Name, pair.Value, tuning)).OrderBy(route => route.Place, StringComparer.Ordinal).ToList();
        return new LoadBalancerOptions
        {
            Services = Service.Length > 0 ? Service : [.. found.Where(service => locations.TrueForAll(route => route.Service != service))],
            Listen = [.. (Listen ?? (TlsCertificate is null ? ["80"] : ["80", "443"])).Select(ReadListen)],
            ServerNames = ServerName,
            Algorithm = Algorithm,
            HashKey = ReadHashKey(),
            Locations = locations,
            Tls = TlsCertificate is not null ? new TlsFiles(TlsCertificate, TlsKey ?? TlsCertificate)
                : TlsKey is null ? null
                : throw Invalid("TlsKeyAlone", "-TlsKey does nothing without -TlsCertificate.", TlsKey, "Name the certificate too."),
            RedirectToTls = RedirectToTls,
            Http2 = !DisableHttp2,
            Tuning = tuning,
            Client = new ClientLimits(ClientMaxBody, ClientTimeout, ClientRate, ClientConnections),
            RequestHeaders = [.. Pairs(RequestHeader).Select(pair => new HttpHeader(pair.Name, pair.Value))],
            ResponseHeaders = [.. Pairs(ResponseHeader).Select(pair => new HttpHeader(pair.Name, pair.Value))],
            WhenEmpty = WhenEmpty,
            MaintenancePage = MaintenancePage,
            IsInMaintenance = Maintenance,
            AccessLog = AccessLog,
            AccessLogFormat = AccessLogFormat,
        };
    }

    // A hashtable has no order; equal ones shall give equal configs.
    private static IEnumerable<(string Name, string Value)> Pairs(IDictionary? table) =>
        (table?.Cast<DictionaryEntry>() ?? []).Select(entry => ($"{entry.Key}", $"{entry.Value}")).OrderBy(pair => pair.Item1, StringComparer.Ordinal);

    private string ReadTemplate()
    {
        if (ConfigTemplate.IsText(Template!))
        {
            return Template!;
        }

        var path = GetUnresolvedProviderPathFromPSPath(Template);
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(new CommandError(
                "TemplateNotFound", ErrorCategory.ObjectNotFound, $"The template cannot be read: {e.Message}", Template, "Give the path of a file, or the template itself: a text with {{ or {% in it.", e));
        }
    }

    private NginxVersion ReadVersion() => Core.LoadBalancing.NginxVersion.TryParse(NginxVersion!)
        ?? throw Invalid("NginxVersionInvalid", $"'{NginxVersion}' is not a version.", NginxVersion!, "Give for example -NginxVersion 1.25.3.");

    private HashKey ReadHashKey() => Core.Units.HashKey.TryParse(HashKey, out var key)
        ? key
        : throw Invalid("HashKeyInvalid", $"'{HashKey}' is nothing that a hash can go by.", HashKey, "Give uri, address, host, header:NAME or cookie:NAME.");

    private static ListenAddress ReadListen(string text) => ListenAddress.TryParse(text, out var listen, out var problem)
        ? listen
        : throw Invalid("ListenInvalid", problem, text, "Give for example -Listen 8080, -Listen 10.0.0.1:80 or -Listen 8443/tls.");

    private static LocationRoute ReadLocation(string place, string service, UpstreamTuning tuning) => LocationRoute.TrySplit(place, out var host, out var path)
        ? new LocationRoute(path, service, tuning, host)
        : throw Invalid("LocationInvalid", $"'{place}' is not a path.", place, "Give for example -Location @{ '/api' = 'api' } or @{ 'api.example.org/' = 'api' }.");

    private static CommandException Invalid(string id, string message, object target, string advice) =>
        new(new CommandError(id, ErrorCategory.InvalidArgument, message, target, advice));
}
