namespace HaWeb.Core.Cluster;

/// <summary>An instance that is on its way to another file.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Since">When it was told.</param>
public sealed record UpdateStep(string Unit, DateTimeOffset Since)
{
    /// <summary>The machine, of a global unit, which is updated one machine after the other; null for any other.</summary>
    public string? Machine { get; init; }
}
