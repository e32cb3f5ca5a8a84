namespace HaWeb.Core.Units;

/// <summary>Where a process's output goes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The file, where it is one; its specifiers unexpanded in a unit, expanded in what runs.</param>
public sealed record OutputTarget(OutputKind Kind, string Path = "");
