namespace HaWeb.Core.Storage;

/// <summary>Writes that happen all together, at one revision, and only when every guard holds.</summary>
/// <param name="Compares">The guards.</param>
/// <param name="Writes">The writes. A key may stand here once.</param>
public sealed record StoreTransaction(IReadOnlyList<StoreCompare> Compares, IReadOnlyList<StoreWrite> Writes)
{
    /// <summary>etcd's default limit: a transaction with more guards, or with more writes, than this is refused.</summary>
    public const int MaxOperations = 128;

    /// <summary>etcd's default limit on a request, in bytes of keys and values.</summary>
    public const int MaxBytes = 1_500_000;
}
