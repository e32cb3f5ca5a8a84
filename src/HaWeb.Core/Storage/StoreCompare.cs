namespace HaWeb.Core.Storage;

/// <summary>One guard of a transaction: the key's property must equal the operand.</summary>
/// <param name="Key">The key.</param>
/// <param name="Target">What is compared.</param>
/// <param name="Operand">What it must equal. An absent key has 0 everywhere.</param>
public readonly record struct StoreCompare(string Key, CompareTarget Target, long Operand)
{
    /// <summary>The key must not exist.</summary>
    public static StoreCompare Absent(string key) => new(key, CompareTarget.CreateRevision, 0);

    /// <summary>The key must be the one that was created at this revision.</summary>
    public static StoreCompare CreatedAt(string key, long revision) => new(key, CompareTarget.CreateRevision, revision);

    /// <summary>The key must be unchanged since this revision; 0 means absent.</summary>
    public static StoreCompare ModifiedAt(string key, long revision) => new(key, CompareTarget.ModRevision, revision);

    /// <summary>The key must go with this lease; 0 means with none.</summary>
    public static StoreCompare LeasedBy(string key, long lease) => new(key, CompareTarget.Lease, lease);
}
