namespace HaWeb.Core.Scheduling;

/// <summary>What would become of one unit's place.</summary>
/// <param name="Unit">The unit's full name.</param>
/// <param name="From">The id of the machine that it has now; null when it has none.</param>
/// <param name="To">The id of the machine that it would have; null when it would have none, the same as now when it could not leave a drained one.</param>
/// <param name="Waits">Whether it would wait for a machine.</param>
/// <param name="Reason">Why, for people; of a waiting one, what every machine would say.</param>
public sealed record ForecastChange(string Unit, string? From, string? To, bool Waits, string Reason)
{
    /// <summary>Whether it would keep its place and get another file there.</summary>
    public bool IsUpdate { get; init; }

    /// <summary>Whether it would be stopped where it is now, for good or for a while.</summary>
    public bool IsInterrupted { get; init; }
}
