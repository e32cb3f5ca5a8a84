namespace HaWeb.Core.Storage;

/// <summary>Why the store refuses a request. None of these changes anything.</summary>
public enum StoreRefusal
{
    /// <summary>The revision is compacted: its history is gone.</summary>
    Compacted,

    /// <summary>The revision has not happened yet.</summary>
    FutureRevision,

    /// <summary>A put names a lease that does not exist.</summary>
    LeaseNotFound,

    /// <summary>More than <see cref="StoreTransaction.MaxOperations"/> guards or writes, or more than <see cref="StoreTransaction.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>A transaction writes one key twice.</summary>
    DuplicateKey,

    /// <summary>A guard or a write has an empty key.</summary>
    EmptyKey,

    /// <summary>A lease was asked for that would live longer than the store allows.</summary>
    LeaseTooLong,
}
