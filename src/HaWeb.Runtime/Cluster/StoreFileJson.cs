using System.Text.Json.Serialization;

namespace HaWeb.Runtime.Cluster;

/// <summary>How the changes in an embedded store's file are written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoreFileLine))]
internal sealed partial class StoreFileJson : JsonSerializerContext;
