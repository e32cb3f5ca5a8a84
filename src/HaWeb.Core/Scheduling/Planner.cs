using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Pure placement: knows the machines and what is placed on them, and says which machine takes a unit, or why none does.
/// The machine with the fewest placed units gets it; ties go to the lowest id (fleet's rule).
/// </summary>
public sealed class Planner
{
    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly SortedSet<Slot> _order = new(SlotOrder.Instance);

    /// <summary>Adds a machine or takes in what changed about it. What is placed on it stays.</summary>
    public void SetMachine(PlanMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        SlotOf(machine.Id).Machine = machine;
    }

    /// <summary>Places a unit on a machine; a leaving one counts too.</summary>
    /// <param name="machine">The machine's id.</param>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="leaving">Whether it is on its way out: units that are MachineOf it no longer find it there.</param>
    public void Place(string machine, PlacementRules rules, bool leaving = false)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var slot = SlotOf(machine);
        _order.Remove(slot);
        slot.Occupants[rules.Unit] = new Occupant(rules, leaving);
        _order.Add(slot);
    }

    /// <summary>Takes a unit off a machine.</summary>
    public void Unplace(string machine, string unit)
    {
        if (_slots.TryGetValue(machine, out var slot))
        {
            _order.Remove(slot);
            slot.Occupants.Remove(unit);
            if (slot.Machine is not null || slot.Occupants.Count > 0)
            {
                _order.Add(slot);
            }
            else
            {
                _slots.Remove(machine);
            }
        }
    }

    /// <summary>Forgets a machine.</summary>
    public void RemoveMachine(string machine)
    {
        if (_slots.TryGetValue(machine, out var slot))
        {
            slot.Machine = null;
            if (slot.Occupants.Count == 0)
            {
                _order.Remove(slot);
                _slots.Remove(machine);
            }
        }
    }

    /// <summary>The machine that gets the unit, or null when none takes it.</summary>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="avoid">Machines that it is kept away from.</param>
    public string? Choose(PlacementRules rules, IReadOnlySet<string> avoid)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var slot in _order)
        {
            if (slot.Machine is not null && Check(rules, slot, avoid) is null)
            {
                return slot.Id;
            }
        }

        return null;
    }

    /// <summary>What every machine says to the unit, by machine id.</summary>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="avoid">Machines that it is kept away from.</param>
    public IReadOnlyList<PlacementAnswer> Explain(PlacementRules rules, IReadOnlySet<string> avoid) =>
        [.. _slots.Values.Where(slot => slot.Machine is not null)
            .OrderBy(slot => slot.Id, StringComparer.Ordinal)
            .Select(slot => new PlacementAnswer(slot.Id, Check(rules, slot, avoid)))];

    private static PlacementRefusal? Check(PlacementRules rules, Slot slot, IReadOnlySet<string> avoid)
    {
        var machine = slot.Machine!;
        if (!machine.Alive)
        {
            return new(PlacementRule.Alive, "its agent is not alive");
        }

        if (machine.Cordoned)
        {
            return new(PlacementRule.Cordon, "it is cordoned");
        }

        if (!machine.DockerAnswers)
        {
            return new(PlacementRule.Docker, "its Docker Engine does not answer");
        }

        if (rules.MachineId is { } id && id != machine.Id && !(id.Length == 8 && machine.Id.StartsWith(id, StringComparison.Ordinal)))
        {
            return new(PlacementRule.MachineId, $"MachineID={id} is another machine");
        }

        return CheckMetadata(rules, machine)
            ?? (rules.NeedsProcess && !machine.AllowProcess
                ? new PlacementRefusal(PlacementRule.Process, "it runs a command on the machine itself, and the agent was not started with -AllowProcess")
                : null)
            ?? CheckOccupants(rules, slot)
            ?? CheckCapacity(rules, slot, machine)
            ?? (avoid.Contains(machine.Id) ? new PlacementRefusal(PlacementRule.Avoid, "it kept failing there") : null);
    }

    private static PlacementRefusal? CheckMetadata(PlacementRules rules, PlanMachine machine)
    {
        foreach (var (key, values) in rules.Metadata)
        {
            var actual = machine.Metadata.GetValueOrDefault(key);
            if (actual is null || !values.Contains(actual, StringComparer.Ordinal))
            {
                var wanted = string.Join(" or ", values.Select(value => $"{key}={value}"));
                return new(PlacementRule.Metadata, $"needs {wanted}, it has {(actual is null ? $"no {key}" : $"{key}={actual}")}");
            }
        }

        return null;
    }

    private static PlacementRefusal? CheckOccupants(PlacementRules rules, Slot slot)
    {
        foreach (var peer in rules.MachineOf)
        {
            if (!slot.Occupants.TryGetValue(peer, out var occupant) || occupant.Leaving)
            {
                return new(PlacementRule.MachineOf, $"MachineOf={peer} is not placed there");
            }
        }

        foreach (var (unit, occupant) in slot.Occupants)
        {
            if (unit == rules.Unit)
            {
                continue;
            }

            if (rules.ConflictsWith(unit))
            {
                return new(PlacementRule.Conflict, $"conflicts with {unit}");
            }

            if (occupant.Rules.ConflictsWith(rules.Unit))
            {
                return new(PlacementRule.Conflict, $"{unit} conflicts with it");
            }

            foreach (var port in rules.Ports)
            {
                if (occupant.Rules.Ports.Any(taken => taken.Overlaps(port)))
                {
                    return new(PlacementRule.Port, $"port {port} is taken by {unit}");
                }
            }
        }

        return null;
    }

    private static PlacementRefusal? CheckCapacity(PlacementRules rules, Slot slot, PlanMachine machine)
    {
        var others = slot.Occupants.Count - (slot.Occupants.ContainsKey(rules.Unit) ? 1 : 0);
        return machine.MaxUnits is { } limit && others >= limit
            ? new(PlacementRule.Capacity, $"it has {others} of at most {limit} units")
            : null;
    }

    private Slot SlotOf(string machine)
    {
        if (!_slots.TryGetValue(machine, out var slot))
        {
            _slots.Add(machine, slot = new Slot(machine));
            _order.Add(slot);
        }

        return slot;
    }

    private sealed record Occupant(PlacementRules Rules, bool Leaving);

    private sealed class Slot(string id)
    {
        public string Id { get; } = id;

        public PlanMachine? Machine { get; set; }

        public SortedDictionary<string, Occupant> Occupants { get; } = new(UnitNameComparer.Instance);
    }

    private sealed class SlotOrder : IComparer<Slot>
    {
        public static readonly SlotOrder Instance = new();

        public int Compare(Slot? x, Slot? y)
        {
            var byCount = x!.Occupants.Count.CompareTo(y!.Occupants.Count);
            return byCount != 0 ? byCount : string.CompareOrdinal(x.Id, y.Id);
        }
    }
}
