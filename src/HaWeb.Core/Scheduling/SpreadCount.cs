namespace HaWeb.Core.Scheduling;

/// <summary>Where the instances of templates with Spread are. One that leaves counts no longer: it makes room for the next.</summary>
internal sealed class SpreadCount
{
    private readonly Dictionary<string, SortedDictionary<string, SortedSet<string>>> _machines = new(StringComparer.Ordinal);

    public void Add(string machine, Occupant occupant)
    {
        if (occupant is not { Leaving: false, Rules: { Spread: not null, Template: { } template } })
        {
            return;
        }

        if (!_machines.TryGetValue(template, out var machines))
        {
            _machines.Add(template, machines = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal));
        }

        if (!machines.TryGetValue(machine, out var units))
        {
            machines.Add(machine, units = new SortedSet<string>(StringComparer.Ordinal));
        }

        units.Add(occupant.Unit);
    }

    public void Remove(string machine, Occupant occupant)
    {
        if (occupant.Rules.Template is { } template && _machines.TryGetValue(template, out var machines)
            && machines.TryGetValue(machine, out var units) && units.Remove(occupant.Unit) && units.Count == 0)
        {
            machines.Remove(machine);
        }
    }

    /// <summary>How many instances there are on the machines of each value.</summary>
    /// <param name="template">The template.</param>
    /// <param name="except">The instance that is about to be placed: it counts nowhere.</param>
    /// <param name="valueOf">The value of a machine.</param>
    public Dictionary<string, int> ByValue(string template, string except, Func<string, string> valueOf)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        if (_machines.TryGetValue(template, out var machines))
        {
            foreach (var (machine, units) in machines)
            {
                var value = valueOf(machine);
                counts[value] = counts.GetValueOrDefault(value) + units.Count - (units.Contains(except) ? 1 : 0);
            }
        }

        return counts;
    }
}
