namespace HaWeb.Core.Scheduling;

/// <summary>
/// Pure placement: knows the machines and what is placed on them, and says which machine takes a unit, or why none does.
/// The machine with the fewest placed units gets it; ties go to the lowest id (fleet's rule). A change costs what it touches.
/// </summary>
public sealed class Planner
{
    private static readonly IReadOnlySet<string> Nowhere = new SortedSet<string>(StringComparer.Ordinal);

    private readonly Dictionary<string, MachineSlot> _slots = new(StringComparer.Ordinal);
    private readonly SortedSet<MachineSlot> _order = new(SlotOrder.Instance);
    private readonly SpreadCount _spread = new();
    private int _globals;

    /// <summary>The machines that are known, in ordinal order of their ids.</summary>
    public IEnumerable<string> Machines => _slots.Values.Where(slot => slot.Machine is not null).Select(slot => slot.Id).Order(StringComparer.Ordinal);

    /// <summary>Adds a machine or takes in what changed about it. What is placed on it stays.</summary>
    public void SetMachine(PlanMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        SlotOf(machine.Id).Machine = machine;
    }

    /// <summary>What is known of a machine; null when it is not.</summary>
    public PlanMachine? Machine(string machine) => _slots.GetValueOrDefault(machine)?.Machine;

    /// <summary>Places a unit on a machine; a leaving one counts too.</summary>
    /// <param name="machine">The machine's id.</param>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="leaving">Whether it is on its way out: units that are MachineOf it no longer find it there.</param>
    public void Place(string machine, PlacementRules rules, bool leaving = false)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var slot = SlotOf(machine);
        var occupant = new Occupant(rules, leaving);
        Uncount(slot, slot.Set(occupant));
        _globals += rules.IsGlobal ? 1 : 0;
        _spread.Add(machine, occupant);
        Reorder(slot);
    }

    /// <summary>Takes a unit off a machine.</summary>
    public void Unplace(string machine, string unit)
    {
        if (_slots.TryGetValue(machine, out var slot))
        {
            Uncount(slot, slot.Remove(unit));
            Reorder(slot);
            DropIfEmpty(slot);
        }
    }

    /// <summary>Forgets a machine.</summary>
    public void RemoveMachine(string machine)
    {
        if (_slots.TryGetValue(machine, out var slot))
        {
            slot.Machine = null;
            DropIfEmpty(slot);
        }
    }

    /// <summary>The units that are placed on a machine, in the order people count.</summary>
    public IEnumerable<PlacementRules> On(string machine) => _slots.GetValueOrDefault(machine)?.Occupants.Select(occupant => occupant.Rules) ?? [];

    /// <summary>Whether a unit is placed on a machine and on its way out.</summary>
    public bool IsLeaving(string machine, string unit) => _slots.GetValueOrDefault(machine)?.Find(unit) is { Leaving: true };

    /// <summary>The machine that gets the unit, or null when none takes it at once.</summary>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="avoid">Machines that it is kept away from.</param>
    public string? Choose(PlacementRules rules, IReadOnlySet<string> avoid) => Choose(rules, [], avoid);

    /// <summary>As <see cref="Choose(PlacementRules, IReadOnlySet{string})"/>, of a unit with units that are MachineOf it: a machine that takes them all goes first.</summary>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="followers">The rules of those that follow it and are not placed, each after those that it follows itself.</param>
    /// <param name="avoid">Machines that they are kept away from.</param>
    public string? Choose(PlacementRules rules, IReadOnlyList<PlacementRules> followers, IReadOnlySet<string> avoid)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(followers);
        return (followers.Count > 0 ? First(rules, slot => TakesAll(rules, followers, slot, avoid)) : null)
            ?? First(rules, slot => PlacementCheck.Refusal(rules, slot, avoid) is null);
    }

    /// <summary>
    /// The machine that gets the unit now or when others have left it: those that it replaces, where another machine takes them, and global units that stand
    /// in the way of one that no machine takes otherwise. Null when there is none.
    /// </summary>
    public PlacementChoice? ChooseOver(PlacementRules rules, IReadOnlyList<PlacementRules> followers, IReadOnlySet<string> avoid)
    {
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.Replaces.Count == 0)
        {
            return Choose(rules, followers, avoid) is { } machine ? new PlacementChoice(machine, []) : ChooseOverGlobals(rules, avoid);
        }

        foreach (var slot in _order)
        {
            if (PlacementCheck.Evicted(rules, slot, avoid, globalsToo: false) is { } evicted && evicted.TrueForAll(occupant => CanLeave(occupant, slot)))
            {
                return ChoiceOf(slot, evicted);
            }
        }

        return ChooseOverGlobals(rules, avoid);
    }

    /// <summary>Why one machine does not take the unit; null when it does.</summary>
    public PlacementRefusal? Refusal(PlacementRules rules, string machine, IReadOnlySet<string> avoid)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return _slots.TryGetValue(machine, out var slot)
            ? PlacementCheck.Refusal(rules, slot, avoid)
            : new PlacementRefusal(PlacementRule.Alive, "it has not joined the cluster");
    }

    /// <summary>Why the unit's rules keep it off a machine that it is on, whatever is the matter with the machine itself; null when they do not.</summary>
    public PlacementRefusal? Exclusion(PlacementRules rules, string machine)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return _slots.TryGetValue(machine, out var slot) ? PlacementCheck.Exclusion(rules, slot) : null;
    }

    /// <summary>Whether a machine takes the unit, at once or when others have left it.</summary>
    public bool CouldTake(PlacementRules rules, string machine, IReadOnlySet<string> avoid) =>
        _slots.TryGetValue(machine, out var slot) && PlacementCheck.Evicted(rules, slot, avoid, globalsToo: true) is not null;

    /// <summary>What every machine says to the unit, by machine id.</summary>
    /// <param name="rules">The unit's rules.</param>
    /// <param name="avoid">Machines that it is kept away from.</param>
    public IReadOnlyList<PlacementAnswer> Explain(PlacementRules rules, IReadOnlySet<string> avoid) =>
        [.. _slots.Values.Where(slot => slot.Machine is not null)
            .OrderBy(slot => slot.Id, StringComparer.Ordinal)
            .Select(slot => new PlacementAnswer(slot.Id, Explain(rules, slot, avoid)))];

    private PlacementRefusal? Explain(PlacementRules rules, MachineSlot slot, IReadOnlySet<string> avoid)
    {
        var refusal = PlacementCheck.Refusal(rules, slot, avoid);
        if (refusal is not { Rule: PlacementRule.Replaces }
            || PlacementCheck.Evicted(rules, slot, avoid, globalsToo: false)?.Find(occupant => !CanLeave(occupant, slot)) is not { } stuck)
        {
            return refusal;
        }

        return refusal with { Reason = $"replaces {stuck.Unit}, which no other machine takes" };
    }

    private bool CanLeave(Occupant occupant, MachineSlot slot) =>
        occupant.Leaving || occupant.Rules.IsGlobal || Choose(occupant.Rules, new SortedSet<string>(StringComparer.Ordinal) { slot.Id }) is not null;

    private PlacementChoice? ChooseOverGlobals(PlacementRules rules, IReadOnlySet<string> avoid)
    {
        if (_globals == 0 || rules.IsGlobal)
        {
            return null;
        }

        // One machine is enough: where they are leaving already goes first.
        PlacementChoice? choice = null;
        foreach (var slot in _order)
        {
            if (PlacementCheck.Evicted(rules, slot, avoid, globalsToo: true) is not { } evicted || !evicted.TrueForAll(occupant => CanLeave(occupant, slot)))
            {
                continue;
            }

            if (evicted.TrueForAll(occupant => occupant.Leaving))
            {
                return ChoiceOf(slot, evicted);
            }

            choice ??= ChoiceOf(slot, evicted);
        }

        return choice;
    }

    private static PlacementChoice ChoiceOf(MachineSlot slot, List<Occupant> evicted) => new(slot.Id, [.. evicted.Select(occupant => occupant.Unit)]);

    /// <summary>The first machine that takes the unit; of a unit that is spread, the first of those whose value has the fewest instances.</summary>
    private string? First(PlacementRules rules, Func<MachineSlot, bool> takes)
    {
        if (rules is not { Spread: { } key, Template: { } template })
        {
            foreach (var slot in _order)
            {
                if (takes(slot))
                {
                    return slot.Id;
                }
            }

            return null;
        }

        var counts = _spread.ByValue(template, rules.Unit, machine => ValueOf(machine, key));
        (string Machine, int Instances)? best = null;
        foreach (var slot in _order)
        {
            var instances = counts.GetValueOrDefault(ValueOf(slot.Id, key));
            if ((best is null || instances < best.Value.Instances) && takes(slot))
            {
                best = (slot.Id, instances);
                if (instances == 0)
                {
                    break;
                }
            }
        }

        return best?.Machine;
    }

    // A machine without the key has a value of its own: none.
    private string ValueOf(string machine, string key) => _slots.GetValueOrDefault(machine)?.Machine?.Metadata.GetValueOrDefault(key) ?? "";

    private static bool TakesAll(PlacementRules rules, IReadOnlyList<PlacementRules> followers, MachineSlot slot, IReadOnlySet<string> avoid)
    {
        if (PlacementCheck.Refusal(rules, slot, avoid) is not null)
        {
            return false;
        }

        // They are judged as if those before them were there; the slot's place in the order does not change meanwhile.
        var tried = new List<string>();
        var before = slot.Find(rules.Unit);
        var takes = true;
        slot.Set(new Occupant(rules, false));
        foreach (var follower in followers)
        {
            if (PlacementCheck.Refusal(follower, slot, Nowhere) is not null)
            {
                takes = false;
                break;
            }

            if (slot.Find(follower.Unit) is null)
            {
                slot.Set(new Occupant(follower, false));
                tried.Add(follower.Unit);
            }
        }

        tried.ForEach(unit => slot.Remove(unit));
        slot.Remove(rules.Unit);
        if (before is not null)
        {
            slot.Set(before);
        }

        return takes;
    }

    private void Uncount(MachineSlot slot, Occupant? before)
    {
        if (before is not null)
        {
            _globals -= before.Rules.IsGlobal ? 1 : 0;
            _spread.Remove(slot.Id, before);
        }
    }

    private void Reorder(MachineSlot slot)
    {
        if (slot.Load != slot.Count)
        {
            _order.Remove(slot);
            slot.Load = slot.Count;
            _order.Add(slot);
        }
    }

    private void DropIfEmpty(MachineSlot slot)
    {
        if (slot.Machine is null && slot.Count == 0)
        {
            _order.Remove(slot);
            _slots.Remove(slot.Id);
        }
    }

    private MachineSlot SlotOf(string machine)
    {
        if (!_slots.TryGetValue(machine, out var slot))
        {
            _slots.Add(machine, slot = new MachineSlot(machine));
            _order.Add(slot);
        }

        return slot;
    }

    private sealed class SlotOrder : IComparer<MachineSlot>
    {
        public static readonly SlotOrder Instance = new();

        public int Compare(MachineSlot? x, MachineSlot? y)
        {
            var byLoad = x!.Load.CompareTo(y!.Load);
            return byLoad != 0 ? byLoad : string.CompareOrdinal(x.Id, y.Id);
        }
    }
}
