namespace HaWeb.Core.Storage;

/// <summary>Why a call to the store failed.</summary>
public enum StoreFailure
{
    /// <summary>No answer within the deadline, no leader, or a broken connection. Trying again may help; a write may have happened.</summary>
    Unavailable,

    /// <summary>The revision asked for is compacted: list again.</summary>
    Compacted,

    /// <summary>The lease that a put names does not exist.</summary>
    LeaseNotFound,

    /// <summary>More operations or bytes than the store takes in one request, or one key twice.</summary>
    TooLarge,

    /// <summary>The user, password or certificate is not accepted, or may not do this.</summary>
    Denied,

    /// <summary>The store refused for another reason; trying the same again will not help.</summary>
    Refused,
}
