using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;
using HaWeb.Core.Simulation;
using HaWeb.Tests.Unit.Simulation;

namespace HaWeb.Tests.Unit.Scheduling;

/// <summary>A simulated cluster for questions of placement: what is placed where once everything has come about.</summary>
internal sealed class ScheduleWorld
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly StoredState _stored;

    /// <summary>Makes one with machines of these ids; an id may have metadata behind it, as in <c>A zone=a</c>.</summary>
    public ScheduleWorld(params string[] machines)
    {
        _stored = new StoredState(World);
        foreach (var machine in machines)
        {
            Join(machine);
        }

        World.RunFor(TimeSpan.FromSeconds(10));
    }

    public SimulatedWorld World { get; } = new(Beginning, new ClusterKeys());

    public ClusterState State => _stored.Now;

    /// <summary>Where every unit is, by name: <c>a.service: A; b.service: -</c>.</summary>
    public string Places => string.Join("; ", State.Units.Names.Where(name => !name.Contains("@.", StringComparison.Ordinal)).Order(HaWeb.Core.Units.UnitNameComparer.Instance)
        .Select(name => $"{name.Replace(".service", "", StringComparison.Ordinal)}: {Where(name)}"));

    public void Join(string machine, int? maxUnits = null)
    {
        var parts = machine.Split(' ');
        var record = new MachineRecord { Id = parts[0], Name = parts[0], Address = $"10.0.0.{World.Machines.Count + 1}", MaxUnits = maxUnits };
        foreach (var pair in parts[1..].Select(part => part.Split('=')))
        {
            record.Metadata[pair[0]] = pair[1];
        }

        World.AddMachine(record).PowerOn();
    }

    /// <summary>Imports a unit with these lines of [X-Fleet], and of [X-HaWeb] behind a bar.</summary>
    public void Import(string name, string rules = "")
    {
        var sections = rules.Split('|');
        var container = "c-" + name.Replace("@", "", StringComparison.Ordinal).Replace(".service", "", StringComparison.Ordinal) + "%i";
        var publish = sections.Length > 1 && sections[1].Contains("Service=", StringComparison.Ordinal) ? $"-p 80{(name.Contains('@', StringComparison.Ordinal) ? "0%i" : "99")}:80 " : "";
        var text = $"[Service]\nRestart=always\nExecStart=/usr/bin/docker run --name {container} {publish}image\n[X-Fleet]\n{sections[0]}\n"
            + (sections.Length > 1 ? $"[X-HaWeb]\n{sections[1]}\n" : "");
        Do(new ImportUnits([new UnitSource(name, text)]));
    }

    public void Start(params string[] names) => Settle(new StartUnits(names));

    /// <summary>Imports and starts plain units with the same rules.</summary>
    public void Launch(string rules, params string[] names)
    {
        foreach (var name in names)
        {
            Import(name, rules);
        }

        Start(names);
    }

    public void Settle(IOperation operation)
    {
        Do(operation);
        Settle();
    }

    public void Settle(int seconds = 60) => World.RunFor(TimeSpan.FromSeconds(seconds));

    public void Put<T>(string key, T record)
        where T : StoredRecord => World.Commit(new([], [new HaWeb.Core.Storage.StoreWrite.Put(key, RecordCodec.Write(record))]));

    public void Delete(string key) => World.Commit(new([], [new HaWeb.Core.Storage.StoreWrite.Delete(key)]));

    public void Move(string unit, string to)
    {
        var record = State.Units[unit]!.Value;
        Put(World.Keys.Unit(unit), record with { Move = record.Move + 1, MoveTo = to });
        Settle();
    }

    public string Where(string unit) => State.Placements.OwnersOf(unit) is { Count: > 0 } owners ? string.Join(",", owners) : "-";

    public string Why(string unit) => new HaWeb.Core.Scheduling.PendingReasons(State).Of(unit, World.Now);

    /// <summary>The lines of the trace that speak of a unit, from a time on.</summary>
    public IEnumerable<string> Story(string unit) => World.Trace.Where(line => line.Contains(unit, StringComparison.Ordinal));

    private void Do(IOperation operation)
    {
        var plan = operation.Plan(State, World.Now);
        Assert.Empty(plan.Refusals);
        foreach (var step in plan.Steps)
        {
            Assert.True(World.Commit(step.Transaction).Succeeded);
        }
    }
}
