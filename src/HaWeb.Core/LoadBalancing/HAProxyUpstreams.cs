using System.Globalization;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>The <c>backend</c> sections that a config needs, one for each service and way to treat its backends.</summary>
internal sealed class HAProxyUpstreams
{
    private readonly List<HAProxyUpstream> _all = [];

    public HAProxyUpstreams(LoadBalancerConfig config)
    {
        foreach (var service in config.Options.Routes.Select(route => route.Service).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            foreach (var (tuning, index) in config.Options.Routes.Where(route => route.Service == service).Select(route => route.Tuning).Distinct().Select((tuning, index) => (tuning, index)))
            {
                // No service's name has a colon.
                var more = index == 0 ? "" : ":" + (index + 1).ToString(CultureInfo.InvariantCulture);
                _all.Add(new HAProxyUpstream(NginxWriter.UpstreamOf(service) + more, service, tuning));
            }
        }
    }

    /// <summary>The sections, by service.</summary>
    public IReadOnlyList<HAProxyUpstream> All => _all;

    /// <summary>The name of the section that answers a path.</summary>
    public string NameFor(LocationRoute route) => _all.Find(one => one.Service == route.Service && one.Tuning == route.Tuning)!.Name;
}
