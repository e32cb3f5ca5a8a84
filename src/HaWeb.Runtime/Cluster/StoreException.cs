using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>A call to the cluster's store failed; <see cref="Failure"/> says what can be done about it.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="message">What failed, for people, with the endpoint.</param>
    /// <param name="innerException">The client's own exception.</param>
    public StoreException(StoreFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Why it failed.</summary>
    public StoreFailure Failure { get; }
}
