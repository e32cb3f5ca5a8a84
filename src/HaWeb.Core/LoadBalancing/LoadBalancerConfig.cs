using HaWeb.Core.Discovery;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// Everything that a generated config says. It can only be made of checked values: what does not fit is refused here, so that no text of the store, of a
/// unit or of a command line reaches nginx as anything but what it is meant to be.
/// </summary>
public sealed class LoadBalancerConfig
{
    private readonly Dictionary<string, IReadOnlyList<NamedBackend>> _backends = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="options">What is asked of the balancer.</param>
    /// <param name="backends">The backends by service; one that is missing has none.</param>
    /// <param name="revision">The store revision that the backends are of.</param>
    /// <exception cref="LoadBalancerRefusedException">A value does not fit.</exception>
    public LoadBalancerConfig(LoadBalancerOptions options, IReadOnlyDictionary<string, IReadOnlyList<NamedBackend>> backends, long revision)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(backends);
        var problems = options.Check().ToList();
        foreach (var service in options.BalancedServices)
        {
            var named = backends.GetValueOrDefault(service, []);
            problems.AddRange(named.Select(one => LoadBalancerCheck.Of(one.Backend)).OfType<LoadBalancerProblem>());
            _backends[service] = [.. named
                .OrderBy(one => one.Name, UnitNameComparer.Instance)
                .OrderBy(one => one.Backend.Backup)
                .DistinctBy(one => one.Backend.Endpoint)];
        }

        if (problems.Count > 0)
        {
            throw new LoadBalancerRefusedException(problems);
        }

        Options = options;
        Revision = revision;
    }

    /// <summary>What is asked of the balancer.</summary>
    public LoadBalancerOptions Options { get; }

    /// <summary>The store revision that the backends are of.</summary>
    public long Revision { get; }

    /// <summary>The backends of a service: in the order people count in, backup ones last, every address once. None in maintenance.</summary>
    public IReadOnlyList<Backend> BackendsOf(string service) => [.. NamedBackendsOf(service).Select(one => one.Backend)];

    /// <summary><see cref="BackendsOf"/> with their names, which may be any texts: they are keys of the store.</summary>
    public IReadOnlyList<NamedBackend> NamedBackendsOf(string service) => Options.IsInMaintenance ? [] : _backends.GetValueOrDefault(service, []);
}
