namespace HaWeb.Core.Storage;

/// <summary>One write of a transaction.</summary>
/// <param name="Key">The key it writes.</param>
public abstract record StoreWrite(string Key)
{
    /// <summary>Sets a key.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Value">Its new value.</param>
    /// <param name="Lease">The lease it goes with, or 0 for none.</param>
    public sealed record Put(string Key, string Value, long Lease = 0) : StoreWrite(Key);

    /// <summary>Removes a key; removing an absent one is no error and no event.</summary>
    /// <param name="Key">The key.</param>
    public sealed record Delete(string Key) : StoreWrite(Key);
}
