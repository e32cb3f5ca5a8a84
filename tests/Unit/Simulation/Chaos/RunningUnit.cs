using HaWeb.Core.Containers;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What a unit is on a machine while it runs: its container or its process.</summary>
/// <param name="Id">The id of the container or process.</param>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Labels">Whose it is, and what it runs.</param>
/// <param name="StartedAt">When it was started.</param>
internal sealed record RunningUnit(string Id, string Name, ContainerLabels Labels, DateTimeOffset StartedAt)
{
    /// <summary>What of a unit runs on a machine; null when it does not.</summary>
    public static RunningUnit? Of(SimulatedMachine machine, string unit) =>
        machine.Processes.RunningOf(unit) is { } process ? Of(process) : machine.Docker.RunningOf(unit) is { } container ? Of(container) : null;

    public static RunningUnit Of(SimulatedContainer container) => new(container.Id, container.Name, container.Labels, container.StartedAt!.Value);

    public static RunningUnit Of(SimulatedRun process) => new(process.Id, $"process {process.Number}", process.Labels, process.StartedAt);
}
