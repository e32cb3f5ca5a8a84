using BenchmarkDotNet.Attributes;
using HaWeb.Core.Scheduling;

namespace HaWeb.Bench;

/// <summary>One machine of a full cluster is lost, and its units are placed again.</summary>
[BenchmarkCategory("planner")]
public class LoseOne
{
    private Planner _planner = new();
    private int _next;

    [Params(1_000, 10_000)]
    public int Machines { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _planner = Fleet.Planner(Fleet.Machines(Machines));
        Fleet.Place(_planner, Fleet.Units(Machines * 10));
    }

    [Benchmark]
    public void Lose()
    {
        var machine = $"m{++_next:d5}";
        var units = _planner.On(machine).ToList();
        foreach (var unit in units)
        {
            _planner.Unplace(machine, unit.Unit);
        }

        _planner.RemoveMachine(machine);
        Fleet.Place(_planner, units);
    }
}
