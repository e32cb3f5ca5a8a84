namespace HaWeb.Core.Operations.Views;

/// <summary>Whether a machine is there.</summary>
public enum MachineStanding
{
    /// <summary>Its agent has a live session.</summary>
    Alive,

    /// <summary>Its agent has none.</summary>
    Lost,

    /// <summary>It was there and has been removed.</summary>
    Removed,
}
