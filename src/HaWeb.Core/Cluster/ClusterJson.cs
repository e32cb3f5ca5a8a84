using System.Text.Json.Serialization;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Supervision;

namespace HaWeb.Core.Cluster;

/// <summary>The JSON of the stored records: camel case, enums in lower case, nothing that is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterRecord))]
[JsonSerializable(typeof(UnitRecord))]
[JsonSerializable(typeof(MachineRecord))]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(MetadataRecord))]
[JsonSerializable(typeof(CordonRecord))]
[JsonSerializable(typeof(PlacedRecord))]
[JsonSerializable(typeof(PlacementRecord))]
[JsonSerializable(typeof(StatusRecord))]
[JsonSerializable(typeof(BalancerRecord))]
[JsonSerializable(typeof(BalancerMemoryRecord))]
[JsonSerializable(typeof(JournalRecord))]
[JsonSerializable(typeof(TimerRecord))]
[JsonSerializable(typeof(UpdateRecord))]
[JsonSerializable(typeof(EngineRecord))]
[JsonSerializable(typeof(ResumeRecord))]
internal sealed partial class ClusterJson : JsonSerializerContext
{
}
