using HaWeb.Core.Containers;

namespace HaWeb.Core.Supervision;

/// <summary>Where an earlier agent left a start or a stop.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Step">Which of its commands it was at, from 0.</param>
/// <param name="Running">What that command had started, running or ended; null when nothing is left of it, and it runs anew.</param>
/// <param name="Main">The container or process that is the unit; null when there is none.</param>
public sealed record ResumedStep(UnitPhase Phase, int Step, ContainerState? Running, ContainerState? Main);
