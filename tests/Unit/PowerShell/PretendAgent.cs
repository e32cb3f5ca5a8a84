using System.Globalization;
using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;

namespace HaWeb.Tests.Unit.PowerShell;

/// <summary>A machine, its engine and its agent in one, without containers: every unit becomes at once what is wanted of it.</summary>
internal sealed class PretendAgent : IDisposable
{
    private readonly ClusterClient _client;
    private readonly string _machine;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _work;
    private int _port = 8000;

    public PretendAgent(ClusterClient client, string machine, bool works)
    {
        _client = client;
        _machine = machine;
        Lease = client.Store.GrantLeaseAsync(TimeSpan.FromMinutes(10), CancellationToken.None).GetAwaiter().GetResult();
        Commit(
            Record(client.Keys.Machine(machine), new MachineRecord { Id = machine, Name = machine + ".example", Address = "10.0.0.1" }),
            Leased(client.Keys.Alive(machine), new SessionRecord { BootId = "boot", Lease = Lease }),
            Leased(client.Keys.Engine, new EngineRecord { Machine = machine, Lease = Lease }));
        _work = works ? Task.Run(WorkAsync) : Task.CompletedTask;
    }

    public long Lease { get; }

    /// <summary>What <c>Active</c> a started unit has.</summary>
    public string Outcome { get; set; } = "active";

    public void Dispose()
    {
        _ending.Cancel();
        _work.GetAwaiter().GetResult();
        _ending.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var (state, _) in _client.WatchAsync(null, _ending.Token))
            {
                foreach (var unit in state.Units.Names.Concat(state.Placements[_machine].Names).Distinct().ToList())
                {
                    Act(state, unit);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Act(ClusterState state, string unit)
    {
        var record = state.Units[unit]?.Value;
        var placement = state.Placements[_machine, unit];
        var backend = state.Keys.Backend("website", unit.Replace(".service", "", StringComparison.Ordinal));
        if (record is null or { Desired: DesiredState.Inactive })
        {
            if (placement is not null)
            {
                Commit(
                    new StoreWrite.Delete(backend),
                    new StoreWrite.Delete(state.Keys.Status(_machine, unit)),
                    new StoreWrite.Delete(state.Keys.Placement(_machine, unit)),
                    new StoreWrite.Delete(state.Keys.Placed(unit)));
            }

            return;
        }

        var wanted = new PlacementRecord
        {
            Hash = record.Hash,
            Desired = record.Desired,
            Restart = record.Restart,
            State = record.Desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop,
        };
        if (placement?.Value != wanted)
        {
            Commit(Record(state.Keys.Placed(unit), new PlacedRecord { Machine = _machine }), Record(state.Keys.Placement(_machine, unit), wanted));
            return;
        }

        var runs = record.Desired == DesiredState.Launched;
        var status = new StatusRecord
        {
            Active = runs ? Outcome : "inactive",
            Sub = runs && Outcome == "active" ? "running" : "dead",
            Hash = record.Hash,
            Restart = record.Restart,
            Generation = placement.CreateRevision,
            Healthy = runs ? Outcome == "active" : null,
            ExitCode = Outcome == "failed" ? 7 : null,
            Output = Outcome == "failed" ? "no such file" : null,
        };
        if (state.Status[_machine, unit]?.Value != status)
        {
            Commit(
                Leased(state.Keys.Status(_machine, unit), status),
                runs && Outcome == "active"
                    ? new StoreWrite.Put(backend, string.Create(CultureInfo.InvariantCulture, $"10.0.0.1:{_port++}"), Lease)
                    : new StoreWrite.Delete(backend));
        }
    }

    private static StoreWrite.Put Record<T>(string key, T record)
        where T : StoredRecord => new(key, RecordCodec.Write(record));

    private StoreWrite.Put Leased<T>(string key, T record)
        where T : StoredRecord => new(key, RecordCodec.Write(record), Lease);

    private void Commit(params StoreWrite[] writes) =>
        _client.Store.CommitAsync(new StoreTransaction([], writes), CancellationToken.None).GetAwaiter().GetResult();
}
