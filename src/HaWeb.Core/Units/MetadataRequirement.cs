namespace HaWeb.Core.Units;

/// <summary>A machine must have this metadata key with one of these values.</summary>
/// <param name="Key">The key.</param>
/// <param name="Values">The values, in the order of the file, each once.</param>
public sealed record MetadataRequirement(string Key, IReadOnlyList<string> Values);
