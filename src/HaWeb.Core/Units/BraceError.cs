namespace HaWeb.Core.Units;

/// <summary>Why a text with braces cannot be expanded.</summary>
/// <param name="Fault">The rule it breaks.</param>
/// <param name="Column">Where in the text, from 1.</param>
/// <param name="Message">The same for people.</param>
public sealed record BraceError(BraceFault Fault, int Column, string Message);
