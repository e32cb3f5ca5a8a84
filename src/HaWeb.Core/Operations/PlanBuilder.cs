using System.Text;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>Gathers changes into transactions that no store is too small for.</summary>
internal sealed class PlanBuilder
{
    /// <summary>The most changes in one transaction.</summary>
    public const int ChangesPerStep = 60;

    private readonly List<OperationStep> _steps = [];
    private readonly List<OperationRefusal> _refusals = [];
    private readonly List<OperationWarning> _warnings = [];
    private Batch _batch = new();

    public IReadOnlyList<OperationRefusal> Refusals => _refusals;

    /// <summary>Adds a change. Changes added before it are made before it or together with it.</summary>
    /// <param name="change">What it does.</param>
    /// <param name="compares">Its guards; one that other changes have too is compared once.</param>
    /// <param name="writes">Its writes; one that other changes have too is made once.</param>
    public void Add(OperationChange change, IReadOnlyList<StoreCompare> compares, IReadOnlyList<StoreWrite> writes)
    {
        if (!_batch.TryAdd(change, compares, writes))
        {
            Flush();
            _batch.TryAdd(change, compares, writes);
        }
    }

    public void Refuse(string id, RefusalKind kind, string target, string message) =>
        _refusals.Add(new OperationRefusal(id, kind, target, message));

    public void Refuse(OperationRefusal refusal) => _refusals.Add(refusal);

    public void Warn(string target, string message) => _warnings.Add(new OperationWarning(target, message));

    public OperationPlan Build(IOperation again)
    {
        Flush();
        return new OperationPlan(_steps, _refusals, _warnings, again);
    }

    private void Flush()
    {
        if (_batch.Changes.Count > 0)
        {
            _steps.Add(new OperationStep(new StoreTransaction(_batch.Compares, _batch.Writes), _batch.Changes));
            _batch = new Batch();
        }
    }

    private sealed class Batch
    {
        private readonly HashSet<StoreCompare> _compared = [];
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);
        private long _bytes;

        public List<StoreCompare> Compares { get; } = [];

        public List<StoreWrite> Writes { get; } = [];

        public List<OperationChange> Changes { get; } = [];

        /// <summary>Takes a change, unless this makes the transaction too large. An empty one takes any.</summary>
        public bool TryAdd(OperationChange change, IReadOnlyList<StoreCompare> compares, IReadOnlyList<StoreWrite> writes)
        {
            var newCompares = compares.Where(compare => !_compared.Contains(compare)).Distinct().ToList();
            var newWrites = writes.Where(write => !_written.Contains(write.Key)).ToList();
            var bytes = newCompares.Sum(compare => SizeOf(compare.Key)) + newWrites.Sum(SizeOf);
            if (Changes.Count > 0
                && (Changes.Count == ChangesPerStep
                    || Compares.Count + newCompares.Count > StoreTransaction.MaxOperations
                    || Writes.Count + newWrites.Count > StoreTransaction.MaxOperations
                    || _bytes + bytes > StoreTransaction.MaxBytes))
            {
                return false;
            }

            _bytes += bytes;
            _compared.UnionWith(newCompares);
            _written.UnionWith(newWrites.Select(write => write.Key));
            Compares.AddRange(newCompares);
            Writes.AddRange(newWrites);
            Changes.Add(change);
            return true;
        }

        private static long SizeOf(string text) => Encoding.UTF8.GetByteCount(text);

        private static long SizeOf(StoreWrite write) => SizeOf(write.Key) + (write is StoreWrite.Put put ? SizeOf(put.Value) : 0);
    }
}
