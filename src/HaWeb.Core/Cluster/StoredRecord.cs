using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary>
/// What every stored JSON value has in common: a version, and fields of later versions that survive a rewrite. The generated reader sets every
/// property, with null or 0 where the text has none, so properties with another default say so in their setters.
/// </summary>
public abstract record StoredRecord
{
    /// <summary>The layout's version. A reader takes any version and keeps what it does not know.</summary>
    [JsonPropertyName("v")]
    [JsonPropertyOrder(-1)]
    public int Version { get; init => field = Math.Max(value, 1); } = 1;

    /// <summary>Fields that this version does not know. The reader cannot fill it otherwise than by its setter.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Refuses a text whose field is there and null.</summary>
    protected static string Required(string? value, [CallerMemberName] string name = "") =>
        value ?? throw new JsonException($"{JsonNamingPolicy.CamelCase.ConvertName(name)} is null");

    /// <summary>The reader makes dictionaries that go by the machine's language.</summary>
    protected static SortedDictionary<string, T> Ordinal<T>(SortedDictionary<string, T>? values) =>
        values is null ? new(StringComparer.Ordinal)
        : values.Comparer == StringComparer.Ordinal ? values
        : new(values, StringComparer.Ordinal);
}
