using CsCheck;
using Etcdserverpb;
using HaWeb.Core.Storage;
using HaWeb.Runtime.Cluster;
using HaWeb.Runtime.Etcd;

namespace HaWeb.Tests.Unit.Stores;

/// <summary>StoreState is right when nobody can tell its answers from etcd's.</summary>
public sealed class StoreModelTests(EtcdProcess etcd) : IClassFixture<EtcdProcess>
{
    private const int Samples = 120;
    private const string LastKey = "~";

    private static readonly string[] Keys = ["a", "a/b", "b", "c"];

    private static readonly Gen<string> Prefix = Gen.OneOf("", "a", "a/", "c");

    private static readonly Gen<string> Key = Gen.OneOf(Keys);

    // Operands are small: they are revisions since the sample began, or the number of a lease in it.
    private static readonly Gen<StoreCompare> Compare = Gen.Select(
        Key, Gen.Enum<CompareTarget>(), Gen.Int[0, 12], (key, target, operand) => new StoreCompare(key, target, operand));

    private static readonly Gen<StoreWrite> Write = Gen.Select(Key, Gen.Int[0, 9], Gen.Int[-2, 3], (key, value, lease) => value < 4
        ? (StoreWrite)new StoreWrite.Delete(key)
        : new StoreWrite.Put(key, $"{value}", Math.Max(0, lease)));

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Select(Compare.Array[0, 1], Write.Array[0, 4], (compares, writes) => (Step)new Step.Commit(new StoreTransaction(compares, writes)))),
        (1, Gen.Const((Step)new Step.Grant())),
        (2, Gen.Int[1, 4].Select(lease => (Step)new Step.Revoke(lease))),
        (2, Gen.Select(Prefix, Gen.Int[0, 20], (prefix, revision) => (Step)new Step.List(prefix, revision))),
        (1, Gen.Int[1, 20].Select(revision => (Step)new Step.Compact(revision))),
        (1, Gen.Int[1, 20].Select(revision => (Step)new Step.Watch(revision))));

    [Fact]
    public void Random_steps_have_the_same_answers_from_the_model_and_from_etcd()
    {
        Steps.Array[1, 25].Sample(
            steps => RunAsync(steps).GetAwaiter().GetResult(),
            iter: Samples,
            threads: 1,
            print: steps => string.Join('\n', steps.Select(step => step.ToString())));
    }

    private static string Show(IEnumerable<StoreEntry?> entries, long revision) => $"{string.Join(' ', entries)} at {revision}";

    private static string Show(IEnumerable<StoreEvent> events) => string.Join(' ', events);

    private async Task RunAsync(Step[] steps)
    {
        await using var real = new RealStore(etcd.Endpoint);
        await real.StartAsync();
        var model = new ModelStore();
        foreach (var step in steps.Prepend(new Step.Grant()).Prepend(new Step.Grant()))
        {
            Assert.Equal($"{step}: {model.Answer(step)}", $"{step}: {await real.AnswerAsync(step)}");
        }
    }

    /// <summary>A step with keys, revisions and leases counted from where the sample began.</summary>
    private abstract record Step
    {
        public sealed record Commit(StoreTransaction Transaction) : Step
        {
            public override string ToString() =>
                $"Commit if [{string.Join(", ", Transaction.Compares)}] do [{string.Join(", ", Transaction.Writes)}]";
        }

        public sealed record Grant : Step;

        public sealed record Revoke(int Lease) : Step;

        public sealed record List(string Prefix, int Revision) : Step;

        public sealed record Compact(int Revision) : Step;

        public sealed record Watch(int Revision) : Step;
    }

    private sealed class ModelStore
    {
        private readonly StoreState _state = new();

        public string Answer(Step step)
        {
            try
            {
                return step switch
                {
                    Step.Commit commit => $"{_state.Commit(commit.Transaction)}",
                    Step.Grant => $"lease {_state.GrantLease(TimeSpan.FromHours(1), default)}",
                    Step.Revoke revoke => Revoke(revoke.Lease),
                    Step.List list => Show(_state.List(list.Prefix, list.Revision).Entries, _state.Revision),
                    Step.Compact compact => Compact(compact.Revision),
                    Step.Watch watch => Watch(watch.Revision),
                    _ => throw new ArgumentOutOfRangeException(nameof(step)),
                };
            }
            catch (StoreRefusedException e)
            {
                return $"{e.Failure}";
            }
        }

        private string Revoke(int lease)
        {
            _state.RevokeLease(lease);
            return $"{_state.Revision}";
        }

        private string Watch(int fromRevision)
        {
            if (fromRevision > _state.Revision)
            {
                return string.Empty;
            }

            var events = _state.EventsFrom("", fromRevision);
            _state.Commit(new StoreTransaction([], [new StoreWrite.Put(LastKey, "")]));
            return Show(events);
        }

        private string Compact(int revision)
        {
            _state.Compact(revision);
            return "compacted";
        }
    }

    /// <summary>etcd, with the keys, revisions and leases of a sample translated to and fro.</summary>
    private sealed class RealStore(string endpoint) : IAsyncDisposable
    {
        private readonly string _at = $"/{Guid.NewGuid():N}/";
        private readonly List<long> _leases = [];
        private readonly EtcdStore _store = new(new EtcdOptions { Endpoints = [endpoint] });
        private readonly dotnet_etcd.EtcdClient _client = new(endpoint);
        private long _base;

        /// <summary>The model begins at revision 1. This one must be new too: an earlier sample may have compacted up to its own last.</summary>
        public async Task StartAsync() =>
            _base = (await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put("/begin", _at)]), default)).Revision - 1;

        public async ValueTask DisposeAsync()
        {
            foreach (var lease in _leases)
            {
                await _store.RevokeLeaseAsync(lease, default);
            }

            await _store.DisposeAsync();
            _client.Dispose();
        }

        public async Task<string> AnswerAsync(Step step)
        {
            try
            {
                return step switch
                {
                    Step.Commit commit => $"{Ours(await _store.CommitAsync(Theirs(commit.Transaction), default))}",
                    Step.Grant => await GrantAsync(),
                    Step.Revoke revoke => await RevokeAsync(TheirLease(revoke.Lease)),
                    Step.List list => await ListAsync(list),
                    Step.Compact compact => await CompactAsync(compact.Revision + _base),
                    Step.Watch watch => await WatchAsync(watch.Revision),
                    _ => throw new ArgumentOutOfRangeException(nameof(step)),
                };
            }
            catch (StoreException e)
            {
                return $"{e.Failure}";
            }
        }

        private async Task<string> GrantAsync()
        {
            _leases.Add(await _store.GrantLeaseAsync(TimeSpan.FromHours(1), default));
            return $"lease {_leases.Count}";
        }

        private async Task<string> RevokeAsync(long lease)
        {
            await _store.RevokeLeaseAsync(lease, default);
            return $"{await RevisionAsync()}";
        }

        private async Task<string> ListAsync(Step.List list)
        {
            var listing = await _store.ListAsync(_at + list.Prefix, list.Revision == 0 ? 0 : list.Revision + _base, default);
            return Show(listing.Entries.Select(Ours), await RevisionAsync());
        }

        private async Task<string> CompactAsync(long revision)
        {
            try
            {
                await _client.GetConnection().KVClient.CompactAsync(new CompactionRequest { Revision = revision });
                return "compacted";
            }
            catch (Grpc.Core.RpcException e)
            {
                throw EtcdFailures.From(e, "etcd");
            }
        }

        private async Task<string> WatchAsync(int fromRevision)
        {
            if (fromRevision > await RevisionAsync())
            {
                return string.Empty;
            }

            // A last event of its own says that all before it was told.
            await using var watch = _store.WatchAsync(_at, fromRevision + _base, default).GetAsyncEnumerator();
            await watch.MoveNextAsync();
            var last = await _store.CommitAsync(new StoreTransaction([], [new StoreWrite.Put(_at + LastKey, "")]), default);
            var events = new List<StoreEvent>();
            while (events.Count == 0 || events[^1].Revision < last.Revision)
            {
                await watch.MoveNextAsync();
                events.AddRange(watch.Current.Events);
            }

            return Show(events.SkipLast(1).Select(change =>
                new StoreEvent(change.Revision - _base, change.Key[_at.Length..], Ours(change.Entry), Ours(change.Previous))));
        }

        private async Task<long> RevisionAsync() => (await _store.ListAsync("\0", 0, default)).Revision - _base;

        private StoreCommit Ours(StoreCommit commit) => commit with { Revision = commit.Revision - _base };

        private StoreEntry? Ours(StoreEntry? entry) => entry is null ? null : entry with
        {
            Key = entry.Key[_at.Length..],
            CreateRevision = entry.CreateRevision - _base,
            ModRevision = entry.ModRevision - _base,
            Lease = _leases.IndexOf(entry.Lease) + 1,
        };

        private StoreTransaction Theirs(StoreTransaction transaction) => new(
            [.. transaction.Compares.Select(compare => new StoreCompare(_at + compare.Key, compare.Target, TheirOperand(compare)))],
            [.. transaction.Writes.Select(write => write is StoreWrite.Put put
                ? (StoreWrite)new StoreWrite.Put(_at + put.Key, put.Value, TheirLease(put.Lease))
                : new StoreWrite.Delete(_at + write.Key))]);

        private long TheirOperand(StoreCompare compare) => compare switch
        {
            { Operand: 0 } => 0,
            { Target: CompareTarget.Lease } => TheirLease(compare.Operand),
            _ => compare.Operand + _base,
        };

        private long TheirLease(long lease) => lease == 0 ? 0 : lease <= _leases.Count ? _leases[(int)lease - 1] : lease;
    }
}
