using System.Globalization;
using Docker.DotNet.Models;
using HaWeb.Core.Containers;
using ContainerState = HaWeb.Core.Containers.ContainerState;

namespace HaWeb.Runtime.Docker;

/// <summary>Puts Docker's description of a container into ours.</summary>
internal static class ContainerStates
{
    public static ContainerState From(ContainerInspectResponse container) => new(
        container.ID,
        container.Name.TrimStart('/'),
        LabelsOf(container.Config?.Labels),
        container.State.Running,
        !container.State.Running && TimeOf(container.State.FinishedAt) is not null ? container.State.ExitCode : null,
        TimeOf(container.State.StartedAt),
        container.State.Health?.Status is { Length: > 0 } health and not "none" ? health : null);

    /// <summary>A time as Docker writes it; null for its year 1, which means never.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            && time.Year > 1
                ? time
                : null;

    private static ContainerLabels? LabelsOf(IDictionary<string, string>? labels) =>
        labels is not null
        && labels.TryGetValue(ContainerLabels.ClusterLabel, out var cluster)
        && labels.TryGetValue(ContainerLabels.UnitLabel, out var unit)
        && labels.TryGetValue(ContainerLabels.GenerationLabel, out var generation)
        && labels.TryGetValue(ContainerLabels.RunHashLabel, out var runHash)
        && long.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ContainerLabels(
                cluster,
                unit,
                number,
                runHash,
                int.TryParse(labels.TryGetValue(ContainerLabels.RestartLabel, out var restart) ? restart : null, NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : null,
                labels.TryGetValue(ContainerLabels.BootLabel, out var boot) ? boot : "",
                TimeOf(labels.TryGetValue(ContainerLabels.TriggerLabel, out var trigger) ? trigger : null))
            : null;
}
