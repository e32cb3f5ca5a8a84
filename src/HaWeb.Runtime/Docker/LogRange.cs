namespace HaWeb.Runtime.Docker;

/// <summary>Which part of a container's log is wanted.</summary>
/// <param name="Tail">At most so many of the last lines; null for all.</param>
/// <param name="Since">Only lines from this time on; null for all.</param>
/// <param name="Follow">Whether to wait for new lines until the container ends.</param>
public sealed record LogRange(int? Tail = null, DateTimeOffset? Since = null, bool Follow = false);
