using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>Which units were made from which template.</summary>
internal sealed class InstanceIndex
{
    private readonly Dictionary<string, string> _templateOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _instancesOf = new(StringComparer.Ordinal);

    /// <summary>Makes one of a state.</summary>
    public InstanceIndex(ClusterState state)
    {
        foreach (var (unit, record) in state.Units.Entries)
        {
            Set(unit, record.Value.Template);
        }
    }

    /// <summary>The units that were made from a template, in the order people count.</summary>
    public IReadOnlyCollection<string> Of(string template) => _instancesOf.TryGetValue(template, out var instances) ? instances : [];

    /// <summary>A unit was made from this template; null when it was not, or is gone.</summary>
    public void Set(string unit, string? template)
    {
        if (_templateOf.GetValueOrDefault(unit) == template)
        {
            return;
        }

        if (_templateOf.Remove(unit, out var before))
        {
            _instancesOf[before].Remove(unit);
        }

        if (template is not null)
        {
            _templateOf.Add(unit, template);
            if (!_instancesOf.TryGetValue(template, out var instances))
            {
                _instancesOf.Add(template, instances = new SortedSet<string>(UnitNameComparer.Instance));
            }

            instances.Add(unit);
        }
    }
}
