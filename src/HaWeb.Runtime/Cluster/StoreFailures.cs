using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>Says a refusal of the store's model as the exception that every store throws.</summary>
internal static class StoreFailures
{
    public static StoreException From(StoreRefusedException refused, string store) =>
        new(FailureOf(refused.Refusal), $"The store {store} refuses: {refused.Message}", refused);

    private static StoreFailure FailureOf(StoreRefusal refusal) => refusal switch
    {
        StoreRefusal.Compacted => StoreFailure.Compacted,
        StoreRefusal.LeaseNotFound => StoreFailure.LeaseNotFound,
        StoreRefusal.TooLarge or StoreRefusal.DuplicateKey => StoreFailure.TooLarge,
        _ => StoreFailure.Refused,
    };
}
