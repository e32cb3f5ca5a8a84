namespace HaWeb.Runtime.Nginx;

/// <summary>What a run of a balancer's program said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed.</param>
internal sealed record ProgramAnswer(long ExitCode, string Output);
