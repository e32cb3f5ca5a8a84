namespace HaWeb.Tests.Scenarios;

/// <summary>A container of a unit, as its Docker Engine has it.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Id">The container's id.</param>
/// <param name="IsRunning">Whether it runs.</param>
/// <param name="Answers">Of a running balancer: who answers through it, each once, in ordinal order. Null of any other.</param>
public sealed record ContainerSight(string Unit, string Id, bool IsRunning, IReadOnlyList<string>? Answers = null);
