using BenchmarkDotNet.Attributes;
using HaWeb.Core.Scheduling;

namespace HaWeb.Bench;

/// <summary>Placing every unit on an empty cluster.</summary>
[BenchmarkCategory("planner")]
public class PlaceAll
{
    private PlanMachine[] _machines = [];
    private PlacementRules[] _units = [];
    private Planner _planner = new();

    /// <summary>Machines; there are ten times as many units.</summary>
    [Params(1_000, 10_000)]
    public int Machines { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _machines = Fleet.Machines(Machines);
        _units = Fleet.Units(Machines * 10);
    }

    [IterationSetup]
    public void Empty() => _planner = Fleet.Planner(_machines);

    [Benchmark]
    public void Place() => Fleet.Place(_planner, _units);
}
