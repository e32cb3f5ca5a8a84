using HaWeb.Core.Cluster;
using HaWeb.Core.Operations;

namespace HaWeb.Tests.Scenarios;

/// <summary>
/// A cluster of <see cref="ScenarioMachine.All"/> that scenarios are played on: a simulated one, or one of real machines. Machines are called by their names.
/// </summary>
public interface IScenarioCluster
{
    /// <summary>What the store has.</summary>
    ClusterState State { get; }

    /// <summary>The cluster's time.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Lets an operator do something. When this returns, <see cref="State"/> has it.</summary>
    /// <returns>What of it was refused.</returns>
    Task<IReadOnlyList<OperationRefusal>> DoAsync(IOperation operation);

    /// <summary>Waits until the store's content is as wished.</summary>
    /// <returns>Whether it came to be so in reasonable time.</returns>
    Task<bool> UntilAsync(Func<ClusterState, bool> wish);

    /// <summary>Lets time go by.</summary>
    Task PassAsync(TimeSpan time);

    /// <summary>What the machines really run, by their names.</summary>
    Task<IReadOnlyList<MachineSight>> LookAsync();

    /// <summary>Mends all that was broken: power, cables, agents, the store. What works already is left as it is.</summary>
    Task RepairAsync();

    /// <summary>A machine loses its power.</summary>
    Task PowerOffAsync(string machine);

    /// <summary>A machine has power again: what it ran by itself starts, its containers do not.</summary>
    Task PowerOnAsync(string machine);

    /// <summary>A machine's cable is cut; what runs on it goes on.</summary>
    Task CutOffAsync(string machine);

    /// <summary>A machine's cable is mended.</summary>
    Task HealAsync(string machine);

    /// <summary>A machine's agent is killed; its containers go on.</summary>
    Task KillAgentAsync(string machine);

    /// <summary>A machine's agent starts.</summary>
    Task StartAgentAsync(string machine);

    /// <summary>The container of a unit is killed, on the machine that the unit is placed on.</summary>
    Task KillContainerAsync(string unit);

    /// <summary>The store stops answering anybody.</summary>
    Task StopStoreAsync();

    /// <summary>The store answers again, with all that it had.</summary>
    Task StartStoreAsync();

    /// <summary>Makes every start of a unit of <see cref="ScenarioUnits.Fragile"/> end at once with exit code 1, or lets them run.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="lastWords">The line that it prints before it ends; null to let it run.</param>
    Task FailStartsAsync(string unit, string? lastWords);

    /// <summary>Makes <see cref="ScenarioUnits.RareImage"/> be found on every machine, or nowhere.</summary>
    Task ProvideRareImageAsync(bool exists);
}
