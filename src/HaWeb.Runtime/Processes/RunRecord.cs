using HaWeb.Core.Containers;

namespace HaWeb.Runtime.Processes;

/// <summary>What is written down of a process before it starts.</summary>
/// <param name="Labels">Whose it is.</param>
/// <param name="StartedAt">When it was started.</param>
internal sealed record RunRecord(ContainerLabels Labels, DateTimeOffset StartedAt);
