using System.Text.Json.Serialization;
using HaWeb.Core.Storage;

namespace HaWeb.Runtime.Cluster;

/// <summary>One write in the file of an embedded store.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What it is put to, or null when it is deleted.</param>
/// <param name="Lease">The lease that it goes with.</param>
internal sealed record StoreFileWrite(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("value")] string? Value,
    [property: JsonPropertyName("lease")] long Lease)
{
    public static StoreFileWrite Of(StoreWrite write) => write is StoreWrite.Put put
        ? new StoreFileWrite(put.Key, put.Value, put.Lease)
        : new StoreFileWrite(write.Key, null, 0);

    public StoreWrite ToWrite() => Value is null ? new StoreWrite.Delete(Key) : new StoreWrite.Put(Key, Value, Lease);
}
