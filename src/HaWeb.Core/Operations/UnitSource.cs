namespace HaWeb.Core.Operations;

/// <summary>A unit file that is to be stored.</summary>
/// <param name="Name">The unit's name; a folder before it is ignored, and without a suffix it is a service.</param>
/// <param name="Text">The file's text.</param>
/// <param name="Path">Where it comes from, for messages; null when it was not read from a file.</param>
public sealed record UnitSource(string Name, string Text, string? Path = null);
