using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Operations;
using HaWeb.Core.Storage;

namespace HaWeb.Tests.Unit.Operations;

/// <summary>A cluster in a store's model: operators act on it by operations, and the test plays the engine and the agents.</summary>
internal sealed class TestCluster
{
    public const string Plain = "[Service]\nExecStart=/usr/bin/docker run --rm --name unit-%p busybox sleep 1d\n";

    public const string Web = "[Service]\nExecStart=/usr/bin/docker run --rm --name nginx-%i -p 80:80 nginx\n[X-HaWeb]\nService=website\nHealthCheck=http://:80/\n";

    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly ClusterKeys Keys = new();

    private readonly Dictionary<string, long> _leases = new(StringComparer.Ordinal);

    public StoreState Store { get; } = new(7);

    /// <summary>The state as somebody reads it now; it does not follow what comes later.</summary>
    public ClusterState State
    {
        get
        {
            var state = new ClusterState(Keys);
            state.Apply(Keys.Root, new StoreUpdate.Listed(Store.List(Keys.Root)));
            state.Apply(Keys.ServicesRoot, new StoreUpdate.Listed(Store.List(Keys.ServicesRoot)));
            return state;
        }
    }

    public OperationPlan Plan(IOperation operation) => operation.Plan(State, Now);

    /// <summary>Plans and commits; every step must go through.</summary>
    public OperationPlan Apply(IOperation operation)
    {
        var plan = Plan(operation);
        Assert.All(plan.Steps, step => Assert.True(Store.Commit(step.Transaction).Succeeded));
        return plan;
    }

    public void Import(string name, string text) => Assert.Empty(Apply(new ImportUnits([new UnitSource(name, text)])).Refusals);

    public UnitRecord? Unit(string name) => State.Units[name]?.Value;

    public void Put(string key, string value, long lease = 0) =>
        Store.Commit(new StoreTransaction([], [new StoreWrite.Put(key, value, lease)]));

    public void Delete(string key) => Store.Commit(new StoreTransaction([], [new StoreWrite.Delete(key)]));

    public void AddMachine(string id, bool leads = false)
    {
        var lease = _leases[id] = Store.GrantLease(TimeSpan.FromSeconds(10), Now);
        Put(Keys.Machine(id), RecordCodec.Write(new MachineRecord { Id = id, Name = "host-" + id, Address = "10.0.0." + (id[0] - 'A' + 1), LastSeen = Now }));
        Put(Keys.Alive(id), RecordCodec.Write(new SessionRecord { BootId = "boot", Lease = lease, Since = Now }), lease);
        if (leads)
        {
            Put(Keys.Engine, RecordCodec.Write(new EngineRecord { Machine = id, Lease = lease, Since = Now }), lease);
        }
    }

    public void Lose(string machine) => Store.RevokeLease(_leases[machine]);

    /// <summary>What the engine writes for a unit as it is wanted now.</summary>
    public void Place(string unit, string machine, bool leave = false)
    {
        var record = Unit(unit)!;
        Put(Keys.Placed(unit), RecordCodec.Write(new PlacedRecord { Machine = machine }));
        Put(Keys.Placement(machine, unit), RecordCodec.Write(new PlacementRecord
        {
            Hash = record.Hash,
            Desired = record.Desired,
            Restart = record.Restart,
            State = leave ? PlacementState.Leave : record.Desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop,
            Reason = leave ? "an operator moved it" : "",
        }));
    }

    public void Leave(string unit, string machine)
    {
        foreach (var key in (string[])[Keys.Placed(unit), Keys.Placement(machine, unit), Keys.Status(machine, unit)])
        {
            Delete(key);
        }
    }

    /// <summary>What the agent says once it has done what its work list says.</summary>
    public void Report(string unit, string machine, string active = "active", string sub = "running", Func<StatusRecord, StatusRecord>? with = null)
    {
        var placement = State.Placements[machine, unit]!;
        var status = new StatusRecord
        {
            Active = active,
            Sub = sub,
            Hash = placement.Value.Hash,
            Generation = placement.CreateRevision,
            Restart = placement.Value.Restart,
            Since = Now,
            Container = "c0ffee",
        };
        Put(Keys.Status(machine, unit), RecordCodec.Write(with is null ? status : with(status)), _leases[machine]);
    }

    public void Advertise(string service, string instance, string machine) =>
        Put(Keys.Backend(service, instance), new Backend(IPAddress.Parse("10.0.0." + (machine[0] - 'A' + 1)), 80).ToString(), _leases[machine]);

    /// <summary>A launched, placed, healthy and advertised instance of the web template.</summary>
    public void Serve(string instance, string machine)
    {
        if (State.Sessions[machine] is null)
        {
            AddMachine(machine);
        }

        if (Unit("nginx@.service") is null)
        {
            Import("nginx@.service", Web);
        }

        var unit = $"nginx@{instance}.service";
        Apply(new StartUnits([unit]));
        Place(unit, machine);
        Report(unit, machine, with: status => status with { Healthy = true });
        Advertise("website", "nginx@" + instance, machine);
    }
}
