using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>The healthy backends that are meant to stay, counted down as units are taken one after the other.</summary>
internal sealed class ServingBackends
{
    private readonly Dictionary<string, int> _left = new(StringComparer.Ordinal);
    private readonly Dictionary<UnitName, List<string>> _servicesOf = [];

    public ServingBackends(ClusterState state)
    {
        foreach (var service in state.Backends.Owners)
        {
            var serving = ServiceGuard.Serving(state, service).ToList();
            _left[service] = serving.Count;
            foreach (var unit in serving.Select(backend => backend.Unit).OfType<UnitName>())
            {
                if (!_servicesOf.TryGetValue(unit, out var services))
                {
                    _servicesOf.Add(unit, services = []);
                }

                services.Add(service);
            }
        }
    }

    /// <summary>Takes units for a while, if every service keeps a backend.</summary>
    public bool TryTake(IReadOnlyCollection<UnitName> units)
    {
        var taken = units.SelectMany(unit => _servicesOf.TryGetValue(unit, out var services) ? services : []).GroupBy(service => service, StringComparer.Ordinal).ToList();
        if (taken.Exists(service => service.Count() >= _left[service.Key]))
        {
            return false;
        }

        foreach (var service in taken)
        {
            _left[service.Key] -= service.Count();
        }

        return true;
    }
}
