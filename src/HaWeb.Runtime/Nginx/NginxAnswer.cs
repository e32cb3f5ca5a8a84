namespace HaWeb.Runtime.Nginx;

/// <summary>What a run of the nginx program said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed.</param>
internal sealed record NginxAnswer(long ExitCode, string Output);
