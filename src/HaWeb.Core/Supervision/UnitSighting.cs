using HaWeb.Core.Containers;

namespace HaWeb.Core.Supervision;

/// <summary>What is seen of a unit on its machine.</summary>
/// <param name="Containers">Its containers, as Docker listed them last, and its processes in the same form.</param>
/// <param name="DockerIsKnown">Whether Docker answers, so that there are no other containers.</param>
/// <param name="ProcessesAreKnown">Whether it is known which processes earlier agents have left.</param>
public sealed record UnitSighting(IReadOnlyList<ContainerState> Containers, bool DockerIsKnown, bool ProcessesAreKnown);
