namespace HaWeb.Lab;

/// <summary>What a command that has ended left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All it wrote to its standard output.</param>
/// <param name="Error">All it wrote to its standard error.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error);
