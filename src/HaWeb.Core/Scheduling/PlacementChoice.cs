namespace HaWeb.Core.Scheduling;

/// <summary>The machine that gets a unit.</summary>
/// <param name="Machine">Its id.</param>
/// <param name="Evicts">The units that have to leave it first; none when it takes the unit at once.</param>
public sealed record PlacementChoice(string Machine, IReadOnlyList<string> Evicts)
{
    /// <summary>Whether it takes the unit at once.</summary>
    public bool IsFree => Evicts.Count == 0;
}
