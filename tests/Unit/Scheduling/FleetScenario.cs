using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Tests.Unit.Simulation;

namespace HaWeb.Tests.Unit.Scheduling;

/// <summary>Units of which only the <c>[X-Fleet]</c> section matters, on a simulated cluster that is given the time to place them.</summary>
internal static class FleetScenario
{
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(60);

    /// <summary>A cluster of machines sim-1 and so on, on which these units were started.</summary>
    public static Rehearsal With(int machines, params (string Name, string Fleet)[] units)
    {
        var cluster = new Rehearsal(machines);
        cluster.Start(units);
        return cluster;
    }

    public static void Start(this Rehearsal cluster, params (string Name, string Fleet)[] units)
    {
        cluster.Import(units);
        cluster.Start([.. units.Select(unit => unit.Name)]);
    }

    public static void Start(this Rehearsal cluster, params string[] units)
    {
        Assert.Empty(cluster.Do(new StartUnits(units)).Refusals);
        cluster.Wait();
    }

    public static void Import(this Rehearsal cluster, params (string Name, string Fleet)[] units) => Assert.Empty(cluster.Do(new ImportUnits(
        [.. units.Select(unit => new UnitSource(unit.Name, $"[Service]\nRestart=always\nExecStart=/usr/bin/docker run --name %p-%i image\n[X-Fleet]\n{unit.Fleet}\n"))])).Refusals);

    public static void Join(this Rehearsal cluster, string id, params (string Key, string Value)[] metadata)
    {
        var values = new SortedDictionary<string, string>(metadata.ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal);
        cluster.World.AddMachine(new MachineRecord { Id = id, Name = id, Address = $"10.0.1.{cluster.World.Machines.Count + 1}", Metadata = values }).PowerOn();
        cluster.Wait();
    }

    public static void Wait(this Rehearsal cluster) => cluster.World.RunFor(AWhile);
}
