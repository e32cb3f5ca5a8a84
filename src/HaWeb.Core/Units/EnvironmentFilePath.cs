namespace HaWeb.Core.Units;

/// <summary>A file of variables on the machine.</summary>
/// <param name="Path">Its path, with its specifiers unexpanded; expanded it is absolute.</param>
/// <param name="IsOptional">Whether it may be missing (written with a <c>-</c> in front).</param>
public sealed record EnvironmentFilePath(string Path, bool IsOptional);
