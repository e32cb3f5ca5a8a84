using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>What is asked of a load balancer, whatever its backends are just now. <see cref="Check"/> says whether it can be had.</summary>
public sealed record LoadBalancerOptions
{
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

    /// <summary>The config file, as nginx sees it.</summary>
    public string ConfigPath { get; init; } = "/etc/nginx/conf.d/default.conf";

    /// <summary>The access log, as nginx sees it.</summary>
    public string AccessLog { get; init; } = "/var/log/nginx/access.log";

    /// <summary>Every path and the service that answers it: the locations, and <c>/</c> for the first service unless a location has it.</summary>
    public IReadOnlyList<LocationRoute> Routes =>
        Services.Count == 0 || Locations.Any(location => location.Path == "/") ? Locations : [new LocationRoute("/", Services[0], Tuning), .. Locations];

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
            && this with { Services = [], Listen = [], ServerNames = [], Locations = [] } == other with { Services = [], Listen = [], ServerNames = [], Locations = [] };
    }

    /// <summary>What is wrong with these options; empty when nothing is. Options without a problem always give a config that passes nginx's test.</summary>
    public IReadOnlyList<LoadBalancerProblem> Check() => LoadBalancerCheck.Of(this);
}
