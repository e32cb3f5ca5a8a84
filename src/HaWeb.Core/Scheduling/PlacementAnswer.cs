namespace HaWeb.Core.Scheduling;

/// <summary>What one machine says to one unit.</summary>
/// <param name="Machine">The machine's id.</param>
/// <param name="Refusal">Why it does not take it; null when it would.</param>
public sealed record PlacementAnswer(string Machine, PlacementRefusal? Refusal);
