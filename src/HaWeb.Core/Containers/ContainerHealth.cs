namespace HaWeb.Core.Containers;

/// <summary>Docker's own health check of a container; null is the image's setting.</summary>
public sealed record ContainerHealth
{
    /// <summary>Whether the image's check is switched off.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>A shell command that fails when the container is not healthy.</summary>
    public string? Command { get; init; }

    /// <summary>The time between checks.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>How long a check may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The time after the start in which failures do not count.</summary>
    public TimeSpan? StartPeriod { get; init; }

    /// <summary>How many failures in a row count.</summary>
    public int? Retries { get; init; }
}
