using BenchmarkDotNet.Attributes;
using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Bench;

/// <summary>What an engine does beside the planner: reading a whole cluster when it begins to lead, and one pass after one unit has changed.</summary>
[BenchmarkCategory("engine")]
public class TakeOver
{
    private const string Text = """
        [Service]
        Restart=always
        ExecStart=/usr/bin/docker run --name web%i -p 80:80 nginx:latest
        [X-Fleet]
        Conflicts=web@*.service
        [X-HaWeb]
        Service=website
        """;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ClusterState _state = new(new ClusterKeys());
    private PlacementView? _view;
    private readonly LossDetector _losses = new(TimeSpan.FromSeconds(3));
    private long _revision = 1;

    /// <summary>Machines; each runs one unit.</summary>
    [Params(1_000, 10_000)]
    public int Machines { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var hash = UnitFile.Parse(Text, out _).Hash;
        var events = new List<StoreEvent> { Put(_state.Keys.File(hash), Text) };
        for (var i = 1; i <= Machines; i++)
        {
            var (machine, unit) = ($"m{i:d5}", $"web@{i}.service");
            events.Add(Put(_state.Keys.Machine(machine), RecordCodec.Write(new MachineRecord { Id = machine, Name = machine, Address = "10.0.0.1" })));
            events.Add(Put(_state.Keys.Alive(machine), RecordCodec.Write(new SessionRecord { BootId = "boot", Lease = 1 })));
            events.Add(Put(_state.Keys.Unit(unit), RecordCodec.Write(new UnitRecord { Hash = hash, Desired = DesiredState.Launched })));
            events.Add(Put(_state.Keys.Placed(unit), RecordCodec.Write(new PlacedRecord { Machine = machine })));
            events.Add(Put(_state.Keys.Placement(machine, unit), RecordCodec.Write(new PlacementRecord { Hash = hash, State = PlacementState.Run, Desired = DesiredState.Launched })));
        }

        _state.Apply("", new StoreUpdate.Changed(_revision, events));
        _losses.Connected(Now);
        _view = new PlacementView(_state);
        new PlacementPass(_state, _view, _losses, Now).Steps(int.MaxValue);
    }

    [Benchmark]
    public PlacementView Read() => new(_state);

    [Benchmark]
    public int ChangeOne()
    {
        var record = _state.Units["web@7.service"]!.Value;
        foreach (var key in _state.Apply("", new StoreUpdate.Changed(++_revision, [Put(_state.Keys.Unit("web@7.service"), RecordCodec.Write(record with { Restart = record.Restart + 1 }))])))
        {
            _view!.Changed(key);
        }

        return new PlacementPass(_state, _view!, _losses, Now).Steps(60).Count;
    }

    private StoreEvent Put(string key, string value) => new(_revision, key, new StoreEntry(key, value, 1, _revision, 1, 0), null);
}
