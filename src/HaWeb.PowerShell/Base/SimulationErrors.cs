using System.Management.Automation;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Base;

/// <summary>The errors of what can be done in a simulation only, or in everything but one.</summary>
internal static class SimulationErrors
{
    /// <summary>A fault was asked of a real cluster.</summary>
    public static CommandException NotSimulated(HaCluster cluster) => new(new CommandError(
        "NotSimulated",
        ErrorCategory.InvalidOperation,
        $"The cluster {cluster.Name} is real: faults can be made in a simulation only.",
        cluster.Name,
        "Rehearse on a cluster of 'Connect-HaCluster -Simulated'."));

    /// <summary>Something real was asked of a simulation.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="what">What was asked: <c>run a real agent</c>.</param>
    public static CommandException NotInSimulation(HaCluster cluster, string what) => new(new CommandError(
        "NotInSimulation",
        ErrorCategory.NotImplemented,
        $"The cluster {cluster.Name} is simulated and cannot {what}.",
        cluster.Name,
        "docs/simulation.md says what a simulation can do. A cluster of 'Connect-HaCluster -Local' runs real containers on this machine."));
}
