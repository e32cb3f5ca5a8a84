using BenchmarkDotNet.Attributes;
using HaWeb.Core.Scheduling;

namespace HaWeb.Bench;

/// <summary>The planner against fleet's way of scheduling: for every unit the whole cluster is built anew and its machines are sorted.</summary>
[BenchmarkCategory("planner")]
public class AgainstFleetsWay
{
    private readonly PlanMachine[] _machines = Fleet.Machines(200);
    private readonly PlacementRules[] _units = Fleet.Units(2_000);

    [Benchmark(Baseline = true)]
    public int RebuiltPerUnit()
    {
        var placed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var unit in _units)
        {
            var occupants = _machines.ToDictionary(machine => machine.Id, _ => new List<PlacementRules>(), StringComparer.Ordinal);
            foreach (var other in _units.Where(other => placed.ContainsKey(other.Unit)))
            {
                occupants[placed[other.Unit]].Add(other);
            }

            var order = _machines.OrderBy(machine => occupants[machine.Id].Count).ThenBy(machine => machine.Id, StringComparer.Ordinal);
            placed[unit.Unit] = order.First(machine => occupants[machine.Id].TrueForAll(other => !unit.ConflictsWith(other.Unit) && !other.ConflictsWith(unit.Unit))).Id;
        }

        return placed.Count;
    }

    [Benchmark]
    public Planner Planner()
    {
        var planner = Fleet.Planner(_machines);
        Fleet.Place(planner, _units);
        return planner;
    }
}
