namespace HaWeb.Core.Cluster;

/// <summary><c>updates/TEMPLATE</c>: a rolling update in progress.</summary>
public sealed record UpdateRecord : StoredRecord
{
    /// <summary>The hash that instances come from.</summary>
    public required string From { get; init => field = Required(value); }

    /// <summary>The hash that they go to.</summary>
    public required string To { get; init => field = Required(value); }

    /// <summary>The instances that have arrived, in order of arrival.</summary>
    public List<string> Done { get; init => field = value ?? []; } = [];

    /// <summary>Whether it waits for an operator.</summary>
    public bool Paused { get; init; }

    /// <summary>When it gives up and goes back.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
