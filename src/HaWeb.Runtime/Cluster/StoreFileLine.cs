using System.Text.Json.Serialization;

namespace HaWeb.Runtime.Cluster;

/// <summary>One change in the file of an embedded store, written before it is made. Exactly one of its parts is there.</summary>
/// <param name="Writes">The writes of a transaction whose guards held.</param>
/// <param name="Grant">The whole seconds of a granted lease.</param>
/// <param name="Revoke">The id of a lease that ended.</param>
internal sealed record StoreFileLine(
    [property: JsonPropertyName("writes")] IReadOnlyList<StoreFileWrite>? Writes = null,
    [property: JsonPropertyName("grant")] double? Grant = null,
    [property: JsonPropertyName("revoke")] long? Revoke = null);
