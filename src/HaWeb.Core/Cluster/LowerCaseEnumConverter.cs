using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary>Enums as words in lower case; numbers and unknown words are errors.</summary>
/// <typeparam name="TEnum">The enum.</typeparam>
internal sealed class LowerCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
