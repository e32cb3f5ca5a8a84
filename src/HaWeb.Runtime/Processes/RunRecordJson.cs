using System.Text.Json.Serialization;

namespace HaWeb.Runtime.Processes;

/// <summary>How a <see cref="RunRecord"/> is written.</summary>
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordJson : JsonSerializerContext;
