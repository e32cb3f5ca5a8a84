using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary>What every stored JSON value has in common: a version, and fields of later versions that survive a rewrite.</summary>
public abstract record StoredRecord
{
    /// <summary>The layout's version. A reader takes any version and keeps what it does not know.</summary>
    [JsonPropertyName("v")]
    [JsonPropertyOrder(-1)]
    public int Version { get; init; } = 1;

    /// <summary>Fields that this version does not know.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }
}
