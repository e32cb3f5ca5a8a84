namespace HaWeb.Core.Scheduling;

/// <summary>Why a machine does not take a unit.</summary>
/// <param name="Rule">The rule that says no.</param>
/// <param name="Reason">The exact reason, for people.</param>
public sealed record PlacementRefusal(PlacementRule Rule, string Reason);
