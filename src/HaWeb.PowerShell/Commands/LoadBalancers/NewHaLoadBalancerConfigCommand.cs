using System.Collections;
using System.Management.Automation;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Completion;
using HaWeb.PowerShell.Output;

namespace HaWeb.PowerShell.Commands.LoadBalancers;

/// <summary>Writes an nginx config for the backends of a service: one from all backends that are piped in, or one for every change of them.</summary>
[Cmdlet(VerbsCommon.New, "HaLoadBalancerConfig", DefaultParameterSetName = FromBackends)]
[OutputType(typeof(HaLoadBalancerConfig))]
public sealed class NewHaLoadBalancerConfigCommand : AsyncCmdlet
{
    private const string FromBackends = "Backend";
    private const string FromChanges = "Change";

    private readonly List<HaBackend> _backends = [];
    private readonly Dictionary<string, HaBackendChange> _changes = new(StringComparer.Ordinal);

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

    /// <summary>Ports, or <c>address:port</c>, to listen on.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Listen { get; set; } = ["80"];

    /// <summary>The names it answers to; any when none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ServerName { get; set; } = [];

    /// <summary>How a backend is chosen.</summary>
    [Parameter]
    public BalancingAlgorithm Algorithm { get; set; }

    /// <summary>Paths that go to services of their own: <c>@{ '/api' = 'api' }</c>.</summary>
    [Parameter]
    public IDictionary? Location { get; set; }

    /// <summary>How long a connection to a backend may take.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan ConnectTimeout { get; set; } = UpstreamTuning.Default.ConnectTimeout;

    /// <summary>How long a backend may say nothing while it answers.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan ReadTimeout { get; set; } = UpstreamTuning.Default.ReadTimeout;

    /// <summary>How many failures make nginx leave a backend alone for a while; 0 for never.</summary>
    [Parameter]
    public int MaxFails { get; set; } = UpstreamTuning.Default.MaxFails;

    /// <summary>Within which time, and for how long.</summary>
    [Parameter]
    [SpanTransform]
    public TimeSpan FailTimeout { get; set; } = UpstreamTuning.Default.FailTimeout;

    /// <summary>Idle connections kept open to the backends; 0 for none.</summary>
    [Parameter]
    public int Keepalive { get; set; } = UpstreamTuning.Default.Keepalive;

    /// <summary>What is served once all backends of a service were withdrawn.</summary>
    [Parameter]
    public EmptyServiceAnswer WhenEmpty { get; set; }

    /// <summary>The access log, as nginx sees it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string AccessLog { get; set; } = new LoadBalancerOptions().AccessLog;

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
                service => service.Key, service => (IReadOnlyList<HaWeb.Core.Discovery.NamedBackend>)[.. service.Select(backend => backend.Named)], StringComparer.Ordinal),
            revision));
        WriteObject(new HaLoadBalancerConfig
        {
            Service = options.Services[0],
            Services = options.BalancedServices,
            Revision = revision,
            Backends = balanced,
            Text = NginxWriter.Write(config),
            Cluster = balanced.FirstOrDefault()?.Cluster ?? Change?.Cluster,
        });
    }

    private LoadBalancerOptions Options(IReadOnlyList<string> found)
    {
        var tuning = new UpstreamTuning(ConnectTimeout, ReadTimeout, MaxFails, FailTimeout, Keepalive);
        var locations = Location is null
            ? []
            : Location.Cast<DictionaryEntry>().Select(entry => new LocationRoute($"{entry.Key}", $"{entry.Value}", tuning)).OrderBy(route => route.Path, StringComparer.Ordinal).ToList();
        return new LoadBalancerOptions
        {
            Services = Service.Length > 0 ? Service : [.. found.Where(service => locations.TrueForAll(route => route.Service != service))],
            Listen = [.. Listen.Select(ReadListen)],
            ServerNames = ServerName,
            Algorithm = Algorithm,
            Locations = locations,
            Tuning = tuning,
            WhenEmpty = WhenEmpty,
            AccessLog = AccessLog,
        };
    }

    private static ListenAddress ReadListen(string text)
    {
        var colon = text.LastIndexOf(':');
        return int.TryParse(text.AsSpan(colon + 1), out var port)
            ? new ListenAddress(colon < 0 ? null : text[..colon].Trim('[', ']'), port)
            : throw new CommandException(new CommandError(
                "ListenInvalid", ErrorCategory.InvalidArgument, $"'{text}' is neither a port nor 'address:port'.", text, "Give for example -Listen 8080 or -Listen 10.0.0.1:80."));
    }
}
