namespace HaWeb.Core.Storage;

/// <summary>The store refuses a request, and has changed nothing.</summary>
public sealed class StoreRefusedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="message">Why, for people.</param>
    public StoreRefusedException(StoreRefusal refusal, string message)
        : base(message) => Refusal = refusal;

    /// <summary>Why the store refuses.</summary>
    public StoreRefusal Refusal { get; }

    /// <summary>The kind of failure that a caller of any store is told.</summary>
    public StoreFailure Failure => Refusal switch
    {
        StoreRefusal.Compacted => StoreFailure.Compacted,
        StoreRefusal.LeaseNotFound => StoreFailure.LeaseNotFound,
        StoreRefusal.TooLarge or StoreRefusal.DuplicateKey => StoreFailure.TooLarge,
        _ => StoreFailure.Refused,
    };
}
