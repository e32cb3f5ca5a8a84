namespace HaWeb.Runtime.Docker;

/// <summary>A text file in a container.</summary>
/// <param name="Text">Its content.</param>
/// <param name="ChangedAt">When it was last changed; null when that cannot be seen.</param>
internal sealed record ContainerFile(string Text, DateTimeOffset? ChangedAt);
