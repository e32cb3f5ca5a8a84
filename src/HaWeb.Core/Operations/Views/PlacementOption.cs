namespace HaWeb.Core.Operations.Views;

/// <summary>What one machine says to one unit, as operators see it.</summary>
public sealed record PlacementOption
{
    /// <summary>The unit's full name.</summary>
    public required string Unit { get; init; }

    /// <summary>The machine's id.</summary>
    public required string Machine { get; init; }

    /// <summary>The machine's name.</summary>
    public required string MachineName { get; init; }

    /// <summary>Whether it takes the unit, or would if the unit were not on it already.</summary>
    public bool Takes => Rule is null;

    /// <summary>The rule that says no; null when the machine takes it.</summary>
    public string? Rule { get; init; }

    /// <summary>The exact reason why not; empty when the machine takes it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// The id of the machine that the unit has, or would get if it were placed now and nothing else; null when none takes it. For a global unit this machine, if
    /// the unit is on it or would be.
    /// </summary>
    public string? Chosen { get; init; }
}
