namespace HaWeb.Core.Supervision;

/// <summary>Why a unit is not started for the sake of another one of its machine.</summary>
/// <param name="Reason">The reason, for people.</param>
/// <param name="IsOrder">Whether it only waits for its turn, so that those after it wait too.</param>
public sealed record StartObstacle(string Reason, bool IsOrder);
