using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>A machine in the planner, and what is placed on it.</summary>
internal sealed class MachineSlot(string id)
{
    private readonly List<Occupant> _occupants = [];
    private bool _isInOrder = true;
    private UnitFamilies _families;
    private UnitFamilies _opposed;
    private bool _hasPorts;

    public string Id { get; } = id;

    /// <summary>What is known of it; null for a machine that has units and no identity.</summary>
    public PlanMachine? Machine { get; set; }

    /// <summary>How many units are placed on it.</summary>
    public int Count => _occupants.Count;

    /// <summary>What is placed on it, in the order people count.</summary>
    public IReadOnlyList<Occupant> Occupants
    {
        get
        {
            if (!_isInOrder)
            {
                _occupants.Sort((one, other) => UnitNameComparer.Instance.Compare(one.Unit, other.Unit));
                _isInOrder = true;
            }

            return _occupants;
        }
    }

    /// <summary>How many units the planner counts here. It orders the machines, so it changes only while the slot is out of that order.</summary>
    public int Load { get; set; }

    /// <summary>Whether one of its occupants may be unable to share it with a unit; when not, there is no need to look at them.</summary>
    public bool MayClash(PlacementRules rules) =>
        _families.MayOverlap(rules.Opposes) || _opposed.MayOverlap(rules.Family) || (_hasPorts && rules.Ports.Count > 0);

    public Occupant? Find(string unit) => IndexOf(unit, UnitFamilies.Of(unit)) is var index and >= 0 ? _occupants[index] : null;

    /// <summary>Adds an occupant; gives the one of the same unit whose place it takes, or null.</summary>
    public Occupant? Set(Occupant occupant)
    {
        var before = Remove(occupant.Unit, occupant.Rules.Family);
        _occupants.Add(occupant);
        _isInOrder = _occupants.Count == 1;
        Note(occupant.Rules);
        return before;
    }

    /// <summary>Removes a unit; gives its occupant, or null when it was not there.</summary>
    public Occupant? Remove(string unit) => Remove(unit, UnitFamilies.Of(unit));

    private Occupant? Remove(string unit, UnitFamilies family)
    {
        if (IndexOf(unit, family) is not (var index and >= 0))
        {
            return null;
        }

        var before = _occupants[index];
        _occupants.RemoveAt(index);
        (_families, _opposed, _hasPorts) = (UnitFamilies.None, UnitFamilies.None, false);
        foreach (var occupant in _occupants)
        {
            Note(occupant.Rules);
        }

        return before;
    }

    private void Note(PlacementRules rules)
    {
        _families |= rules.Family;
        _opposed |= rules.Opposes;
        _hasPorts |= rules.Ports.Count > 0;
    }

    private int IndexOf(string unit, UnitFamilies family)
    {
        var index = _families.MayOverlap(family) ? _occupants.Count - 1 : -1;
        while (index >= 0 && _occupants[index].Unit != unit)
        {
            index--;
        }

        return index;
    }
}
