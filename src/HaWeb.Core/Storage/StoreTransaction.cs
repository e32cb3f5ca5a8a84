using System.Text;

namespace HaWeb.Core.Storage;

/// <summary>Writes that happen all together, at one revision, and only when every guard holds.</summary>
/// <param name="Compares">The guards.</param>
/// <param name="Writes">The writes. A key may stand here once.</param>
public sealed record StoreTransaction(IReadOnlyList<StoreCompare> Compares, IReadOnlyList<StoreWrite> Writes)
{
    /// <summary>etcd's default limit: a transaction with more guards, or with more writes, than this is refused.</summary>
    public const int MaxOperations = 128;

    /// <summary>The limit on a request, in bytes of keys and values: a little below etcd's default, which counts its own framing too.</summary>
    public const int MaxBytes = 1_500_000;

    /// <summary>Refuses what no store takes, whatever it holds: every kind of store asks this first, so all refuse alike.</summary>
    /// <exception cref="StoreRefusedException">Too many operations or bytes, an empty key, or one key written twice.</exception>
    public void Validate()
    {
        if (Compares.Count > MaxOperations || Writes.Count > MaxOperations)
        {
            throw new StoreRefusedException(
                StoreRefusal.TooLarge,
                $"A transaction may have {MaxOperations} guards and {MaxOperations} writes; this one has {Compares.Count} and {Writes.Count}. Split it.");
        }

        var bytes = 0L;
        for (var i = 0; i < Compares.Count; i++)
        {
            bytes += SizeOfKey(Compares[i].Key);
        }

        var keys = Writes.Count > 1 ? new HashSet<string>(Writes.Count, StringComparer.Ordinal) : null;
        for (var i = 0; i < Writes.Count; i++)
        {
            var write = Writes[i];
            bytes += SizeOfKey(write.Key) + (write is StoreWrite.Put put ? Encoding.UTF8.GetByteCount(put.Value) : 0);
            if (keys?.Add(write.Key) == false)
            {
                throw new StoreRefusedException(StoreRefusal.DuplicateKey, $"A transaction may write a key once; this one writes '{write.Key}' twice.");
            }
        }

        if (bytes > MaxBytes)
        {
            throw new StoreRefusedException(
                StoreRefusal.TooLarge,
                $"A transaction may have {MaxBytes} bytes of keys and values; this one has {bytes}. Split it, or make its values smaller.");
        }
    }

    private static int SizeOfKey(string key) => key.Length > 0
        ? Encoding.UTF8.GetByteCount(key)
        : throw new StoreRefusedException(StoreRefusal.EmptyKey, "A key must not be empty.");
}
