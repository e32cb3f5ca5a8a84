namespace HaWeb.Core.Supervision;

/// <summary>A file to put into a container.</summary>
/// <param name="Path">Its absolute path in the container.</param>
/// <param name="Text">Its content.</param>
public sealed record FileInContainer(string Path, string Text);
