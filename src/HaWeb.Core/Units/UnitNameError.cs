namespace HaWeb.Core.Units;

/// <summary>Why a text is no unit name.</summary>
/// <param name="Fault">The rule it breaks.</param>
/// <param name="Text">The text.</param>
/// <param name="Message">The same for people.</param>
public sealed record UnitNameError(UnitNameFault Fault, string Text, string Message);
