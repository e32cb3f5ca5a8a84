namespace HaWeb.Tests.Scenarios;

/// <summary>What is found on one machine, whatever the store says.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="IsOn">Whether it has power.</param>
/// <param name="HasAgent">Whether its agent runs.</param>
/// <param name="Containers">The cluster's containers on it.</param>
public sealed record MachineSight(string Name, bool IsOn, bool HasAgent, IReadOnlyList<ContainerSight> Containers);
