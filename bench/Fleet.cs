using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Bench;

/// <summary>Clusters as fleet's scheduler was measured on: plain machines, and units in groups of five that exclude each other.</summary>
internal static class Fleet
{
    public static readonly IReadOnlySet<string> Nowhere = new SortedSet<string>(StringComparer.Ordinal);

    public static PlanMachine[] Machines(int count) => [.. Enumerable.Range(1, count).Select(i => new PlanMachine($"m{i:d5}") { Alive = true })];

    public static PlacementRules[] Units(int count) => [.. Enumerable.Range(0, count).Select(i => Unit(i / 5, (i % 5) + 1))];

    public static Planner Planner(IEnumerable<PlanMachine> machines)
    {
        var planner = new Planner();
        foreach (var machine in machines)
        {
            planner.SetMachine(machine);
        }

        return planner;
    }

    public static void Place(Planner planner, IEnumerable<PlacementRules> units)
    {
        foreach (var unit in units)
        {
            planner.Place(planner.Choose(unit, Nowhere)!, unit);
        }
    }

    private static PlacementRules Unit(int group, int instance)
    {
        var excluded = PathGlob.TryParse($"g{group}@*.service", out var glob, out var error) ? glob : throw new InvalidOperationException(error);
        return new PlacementRules($"g{group}@{instance}.service") { Conflicts = [excluded] };
    }
}
