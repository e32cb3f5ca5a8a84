using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>What one machine says to one unit.</summary>
public sealed class HaPlacement
{
    /// <summary>The unit's full name.</summary>
    public required string Unit { get; init; }

    /// <summary>The machine's id.</summary>
    public required string Machine { get; init; }

    /// <summary>The machine's name.</summary>
    public required string MachineName { get; init; }

    /// <summary>Whether it takes the unit, or would if the unit were not on it already.</summary>
    public bool Takes { get; init; }

    /// <summary>The rule that says no: <c>Alive</c>, <c>Cordon</c>, <c>Docker</c>, <c>MachineId</c>, <c>Metadata</c>, <c>Conflict</c> and so on; null when the machine takes it.</summary>
    public string? Rule { get; init; }

    /// <summary>The exact reason why not; empty when the machine takes it.</summary>
    public required string Reason { get; init; }

    /// <summary>The id of the machine that the unit has, or would get now; null when none takes it.</summary>
    public string? Chosen { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The answer on one line.</summary>
    public override string ToString() => Takes ? $"{Unit} on {MachineName}: yes" : $"{Unit} on {MachineName}: no, {Reason}";

    internal static HaPlacement Of(PlacementOption option, HaCluster cluster) => new()
    {
        Unit = option.Unit,
        Machine = option.Machine,
        MachineName = option.MachineName,
        Takes = option.Takes,
        Rule = option.Rule,
        Reason = option.Reason,
        Chosen = option.Chosen,
        Cluster = cluster,
    };
}
