namespace HaWeb.Core.Units;

/// <summary>What a unit is to HaWeb: the <c>[X-HaWeb]</c> section, for one unit name, with every default in place.</summary>
public sealed record HaWebOptions
{
    /// <summary>The service whose backends the instances of this unit are; null for none.</summary>
    public string? Service { get; init; }

    /// <summary>The host port to advertise; null for the first one that the container publishes.</summary>
    public int? Port { get; init; }

    /// <summary>How the unit is probed.</summary>
    public HealthCheck HealthCheck { get; init; } = new HealthCheck.Tcp();

    /// <summary>The time from one probe to the next.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a probe may take.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many probes in a row must pass before the unit is healthy.</summary>
    public int HealthRise { get; init; } = 1;

    /// <summary>How many probes in a row must fail before it is unhealthy.</summary>
    public int HealthFall { get; init; } = 2;

    /// <summary>Its share of the requests compared with other backends, from 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether it is asked only when all others are gone.</summary>
    public bool IsBackup { get; init; }

    /// <summary>How long a planned stop waits for balancers to let go of the backend and for open requests to end.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The services that this unit, an nginx, balances; empty for a unit that is no balancer.</summary>
    public IReadOnlyList<string> LoadBalancer { get; init; } = [];

    /// <summary>Where the balancer listens.</summary>
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [new ListenAddress(null, 80)];

    /// <summary>The names the balancer answers to; empty for any.</summary>
    public IReadOnlyList<string> ServerName { get; init; } = [];

    /// <summary>How it chooses a backend.</summary>
    public BalancingAlgorithm Algorithm { get; init; }

    /// <summary>What <see cref="BalancingAlgorithm.Hash"/> goes by.</summary>
    public HashKey HashKey { get; init; } = HashKey.Uri;

    /// <summary>The config file inside its container, or on the machine for a process.</summary>
    public string ConfigPath { get; init; } = "/etc/nginx/conf.d/default.conf";

    /// <summary>A template that the config is made from; null for the generated config.</summary>
    public ConfigTemplate? Template { get; init; }

    /// <summary>Paths that go to services of their own.</summary>
    public IReadOnlyList<LocationRoute> Locations { get; init; } = [];

    /// <summary>The certificate file as the balancer sees it; null for plain HTTP.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The key file of <see cref="TlsCertificate"/>.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Whether plain requests are redirected to https.</summary>
    public bool RedirectToTls { get; init; }

    /// <summary>Whether clients that connect with TLS may speak HTTP/2.</summary>
    public bool Http2 { get; init; } = true;

    /// <summary>What is taken from clients.</summary>
    public ClientLimits Client { get; init; } = ClientLimits.Default;

    /// <summary>Headers that requests get on their way to the backends.</summary>
    public IReadOnlyList<HttpHeader> RequestHeaders { get; init; } = [];

    /// <summary>Headers that answers get on their way to the clients.</summary>
    public IReadOnlyList<HttpHeader> ResponseHeaders { get; init; } = [];

    /// <summary>The access log as the balancer sees it; null for its usual one.</summary>
    public string? AccessLog { get; init; }

    /// <summary>How the access log is written.</summary>
    public AccessLogFormat AccessLogFormat { get; init; }

    /// <summary>The page, a file as the balancer sees it, that is served with the status 503; null for a line of text.</summary>
    public string? MaintenancePage { get; init; }

    /// <summary>Whether every request is answered as if no service had a backend.</summary>
    public bool IsInMaintenance { get; init; }

    /// <summary>How the balancer treats the backends.</summary>
    public UpstreamTuning Tuning { get; init; } = UpstreamTuning.Default;

    /// <summary>What is served while a service has no backend.</summary>
    public EmptyServiceAnswer WhenEmpty { get; init; }

    /// <summary>The address that the balancers of this template share; null for none.</summary>
    public VirtualAddress? VirtualIP { get; init; }

    /// <summary>What happens to the unit when its machine is cut off.</summary>
    public IsolationAction OnIsolation { get; init; }

    /// <summary>The metadata key over whose values the instances of this template are spread; null for none.</summary>
    public string? Spread { get; init; }

    /// <summary>How many restarts within <see cref="RestartWindow"/> make a unit fail on its machine.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>See <see cref="MaxRestarts"/>.</summary>
    public TimeSpan RestartWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether a unit that keeps failing is given to another machine.</summary>
    public bool Relocate { get; init; } = true;

    /// <summary>Reads the section.</summary>
    /// <param name="name">The unit.</param>
    /// <param name="file">Its file.</param>
    /// <param name="problems">What is wrong with the section. Options that are wrong have their defaults in the result.</param>
    public static HaWebOptions Read(UnitName name, UnitFile file, out IReadOnlyList<UnitProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(file);
        var found = new OptionProblems();
        var options = new HaWebOptionsReader(name, found).Read(file);
        problems = found.All;
        return options;
    }
}
