namespace HaWeb.Runtime.Docker;

/// <summary>One line that a container, or a command in one, printed.</summary>
/// <param name="Output">Where it was printed.</param>
/// <param name="Time">When, as far as Docker says; null for a command's output.</param>
/// <param name="Text">The line, without its end.</param>
public sealed record DockerLine(DockerOutput Output, DateTimeOffset? Time, string Text);
