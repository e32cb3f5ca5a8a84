namespace HaWeb.Core.Units;

/// <summary>A command that is ready to run.</summary>
/// <param name="Path">The program: an absolute path, or a name to look for in the usual folders.</param>
/// <param name="Name">What the program is told as its own name (argument zero).</param>
/// <param name="Arguments">The arguments after it.</param>
public sealed record ExpandedCommand(string Path, string Name, IReadOnlyList<string> Arguments);
