namespace HaWeb.Runtime.Terminals;

/// <summary>How many characters a terminal shows.</summary>
/// <param name="Columns">In a line.</param>
/// <param name="Rows">Lines.</param>
public readonly record struct TerminalSize(int Columns, int Rows);
