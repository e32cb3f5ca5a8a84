namespace HaWeb.Runtime.Docker;

/// <summary>A command to run in a container.</summary>
/// <param name="Command">The command and its arguments; there is no shell.</param>
/// <param name="User">The user, or null for the container's own.</param>
/// <param name="WorkingDirectory">The folder, or null for the container's own.</param>
/// <param name="Environment">More variables, as <c>NAME=value</c>.</param>
/// <param name="Input">What it reads from standard input; null for nothing.</param>
public sealed record ExecCommand(
    IReadOnlyList<string> Command,
    string? User = null,
    string? WorkingDirectory = null,
    IReadOnlyList<string>? Environment = null,
    string? Input = null);
