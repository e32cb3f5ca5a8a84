namespace HaWeb.Core.Containers;

/// <summary>A variable that a container gets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null when it is the one that the unit itself has, and the container gets none if the unit has none.</param>
public sealed record EnvironmentVariable(string Name, string? Value);
