using System.Text.Json.Serialization;

namespace HaWeb.Core.Storage;

/// <summary>How a snapshot is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoreSnapshot))]
internal sealed partial class StoreJson : JsonSerializerContext;
