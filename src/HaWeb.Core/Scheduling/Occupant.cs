namespace HaWeb.Core.Scheduling;

/// <summary>A unit that is placed on a machine.</summary>
/// <param name="Rules">Its rules, of the file that it runs there.</param>
/// <param name="Leaving">Whether it is on its way out.</param>
internal sealed record Occupant(PlacementRules Rules, bool Leaving)
{
    public string Unit => Rules.Unit;
}
