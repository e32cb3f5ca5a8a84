namespace HaWeb.Runtime.Docker;

/// <summary>A command to run in a container.</summary>
/// <param name="Command">The command and its arguments; there is no shell.</param>
/// <param name="User">The user, or null for the container's own.</param>
/// <param name="WorkingDirectory">The folder, or null for the container's own.</param>
/// <param name="Environment">More variables, as <c>NAME=value</c>.</param>
/// <param name="Input">What it reads from standard input; null for nothing.</param>
/// <param name="HasTerminal">Whether it has a terminal: then all it prints comes as standard output.</param>
/// <param name="IsPrivileged">Whether it may do everything.</param>
/// <param name="IsDetached">Whether its end and its output are not waited for: it counts as ended well.</param>
public sealed record ExecCommand(
    IReadOnlyList<string> Command,
    string? User = null,
    string? WorkingDirectory = null,
    IReadOnlyList<string>? Environment = null,
    byte[]? Input = null,
    bool HasTerminal = false,
    bool IsPrivileged = false,
    bool IsDetached = false);
