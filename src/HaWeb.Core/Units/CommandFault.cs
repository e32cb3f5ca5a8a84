namespace HaWeb.Core.Units;

/// <summary>One thing that is wrong with a command line.</summary>
/// <param name="Severity">Whether the line is refused for it.</param>
/// <param name="Offset">Where in the text, from 0.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Suggestion">What to write instead, or null.</param>
public sealed record CommandFault(ProblemSeverity Severity, int Offset, string Message, string? Suggestion = null);
