namespace HaWeb.Core.Containers;

/// <summary>A container as Docker shows it.</summary>
/// <param name="Id">Its full id.</param>
/// <param name="Name">Its name, without the slash.</param>
/// <param name="Labels">Its labels, or null when it is not one of this cluster.</param>
/// <param name="Running">Whether its main process runs.</param>
/// <param name="ExitCode">The exit code of its last run, or null when it never ended.</param>
/// <param name="StartedAt">When its main process started; null when it never did.</param>
/// <param name="HealthStatus">What the image's own HEALTHCHECK says: <c>healthy</c>, <c>unhealthy</c>, <c>starting</c>; null without one.</param>
/// <param name="Number">The number of its main process in the machine; null where that is not known.</param>
public sealed record ContainerState(
    string Id, string Name, ContainerLabels? Labels, bool Running, long? ExitCode, DateTimeOffset? StartedAt, string? HealthStatus, int? Number = null);
