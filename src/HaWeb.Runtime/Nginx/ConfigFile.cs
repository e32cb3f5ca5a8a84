namespace HaWeb.Runtime.Nginx;

/// <summary>A file of nginx's.</summary>
/// <param name="Text">Its content.</param>
/// <param name="ChangedAt">When it was last changed; null when that cannot be seen.</param>
internal sealed record ConfigFile(string Text, DateTimeOffset? ChangedAt);
