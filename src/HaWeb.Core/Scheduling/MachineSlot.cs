using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>A machine in the planner, and what is placed on it, in the order people count.</summary>
internal sealed class MachineSlot(string id)
{
    private readonly List<Occupant> _occupants = [];

    public string Id { get; } = id;

    /// <summary>What is known of it; null for a machine that has units and no identity.</summary>
    public PlanMachine? Machine { get; set; }

    public IReadOnlyList<Occupant> Occupants => _occupants;

    /// <summary>How many units the planner counts here. It orders the machines, so it changes only while the slot is out of that order.</summary>
    public int Load { get; set; }

    public Occupant? Find(string unit) => IndexOf(unit) is var index and >= 0 ? _occupants[index] : null;

    public void Set(Occupant occupant)
    {
        var index = IndexOf(occupant.Unit);
        if (index >= 0)
        {
            _occupants[index] = occupant;
        }
        else
        {
            _occupants.Insert(~index, occupant);
        }
    }

    public void Remove(string unit)
    {
        if (IndexOf(unit) is var index and >= 0)
        {
            _occupants.RemoveAt(index);
        }
    }

    private int IndexOf(string unit)
    {
        int low = 0, high = _occupants.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = UnitNameComparer.Instance.Compare(_occupants[middle].Unit, unit);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
