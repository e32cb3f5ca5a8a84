using System.Management.Automation;
using HaWeb.Core.Cluster;
using HaWeb.PowerShell.Base;
using HaWeb.PowerShell.Sessions;
using HaWeb.Runtime.Docker;
using HaWeb.Runtime.Simulated;

namespace HaWeb.PowerShell.Commands.Units;

/// <summary>The container of a unit, on its machine.</summary>
/// <param name="Unit">The unit's full name.</param>
/// <param name="Machine">The machine's id.</param>
/// <param name="Container">The container's id.</param>
/// <param name="Open">Reaches the machine's containers.</param>
internal sealed record UnitContainer(string Unit, string Machine, string Container, Func<IContainerConsole> Open)
{
    /// <summary>The containers of a unit: one, or for a global unit one per machine.</summary>
    public static IReadOnlyList<UnitContainer> Find(HaCluster cluster, ClusterState state, string unit) =>
        [.. cluster.ViewsOf(state).Of(unit).Where(view => view.Container is not null).Select(view => new UnitContainer(view.Name, view.Machine!, view.Container!, Console(cluster, state, view.Machine!)))];

    /// <summary>Why a unit has no container.</summary>
    public static CommandError Missing(HaCluster cluster, ClusterState state, string unit)
    {
        var reason = cluster.ViewsOf(state).Of(unit).Select(view => view.Reason).FirstOrDefault(reason => reason.Length > 0);
        return new CommandError(
            "UnitHasNoContainer",
            ErrorCategory.ResourceUnavailable,
            $"{unit} has no container now{(reason is null ? "." : $": {reason}")}",
            unit,
            $"'Get-HaUnit {unit}' shows how it is; Start-HaUnit starts it.");
    }

    private static Func<IContainerConsole> Console(HaCluster cluster, ClusterState state, string machine) => cluster.Client.Simulation is { } simulation
        ? () => new SimulatedConsole(simulation, machine)
        : () => new DockerEngine(DockerEndpoint.Parse(state.Machines[machine]?.Value.Docker ?? ""), clusterId: null);
}
