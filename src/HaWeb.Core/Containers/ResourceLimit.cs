namespace HaWeb.Core.Containers;

/// <summary>A <c>--ulimit</c>.</summary>
/// <param name="Name">Its name, <c>nofile</c>.</param>
/// <param name="Soft">The soft limit, -1 for none.</param>
/// <param name="Hard">The hard limit, -1 for none.</param>
public sealed record ResourceLimit(string Name, long Soft, long Hard);
