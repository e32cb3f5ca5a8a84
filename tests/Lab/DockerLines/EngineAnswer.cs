namespace HaWeb.Tests.Lab.DockerLines;

/// <summary>What a recording engine answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="Stat">What stands at a path in a container, as the engine writes it into a header; null for none.</param>
/// <param name="IsHijacked">Whether the connection becomes a raw stream, which ends at once.</param>
public sealed record EngineAnswer(int Status, byte[] Body, string? Stat = null, bool IsHijacked = false);
