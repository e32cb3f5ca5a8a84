using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>Says a refusal of the store's model as the exception that every store throws.</summary>
internal static class StoreFailures
{
    public static StoreException From(StoreRefusedException refused, string store) =>
        new(refused.Failure, $"The store {store} refuses: {refused.Message}", refused);
}
