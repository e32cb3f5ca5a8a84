using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A unit and how it is; a global unit is one of these per machine.</summary>
public sealed class HaUnit
{
    /// <summary>The full name, <c>nginx@1.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is wanted of it: <c>inactive</c>, <c>loaded</c> or <c>launched</c>.</summary>
    public required string Desired { get; init; }

    /// <summary>The id of its machine; null while it is placed nowhere.</summary>
    public string? Machine { get; init; }

    /// <summary>The address of its machine.</summary>
    public string? Address { get; init; }

    /// <summary>systemd's load state.</summary>
    public string? Load { get; init; }

    /// <summary>systemd's active state: <c>active</c>, <c>activating</c>, <c>deactivating</c>, <c>inactive</c>, <c>failed</c>.</summary>
    public string? Active { get; init; }

    /// <summary>systemd's sub state: <c>running</c>, <c>start-pre</c>, <c>auto-restart</c>, <c>dead</c> and so on.</summary>
    public string? Sub { get; init; }

    /// <summary>The hash of its unit file.</summary>
    public required string Hash { get; init; }

    /// <summary>Since when it is in this active state.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it is as it is; of a pending unit, why no machine takes it.</summary>
    public string? Reason { get; init; }

    /// <summary>The service that it is a backend of.</summary>
    public string? Service { get; init; }

    /// <summary>Whether its health check passes; null when it has none or is not checked now.</summary>
    public bool? Healthy { get; init; }

    /// <summary>The id of its container.</summary>
    public string? Container { get; init; }

    /// <summary>The exit code of its last run.</summary>
    public long? ExitCode { get; init; }

    /// <summary>How often it was restarted on this machine.</summary>
    public int Restarts { get; init; }

    /// <summary>The last line it printed before it failed.</summary>
    public string? LastOutput { get; init; }

    /// <summary>The template it was made from.</summary>
    public string? Template { get; init; }

    /// <summary>Whether its template was changed since it was made.</summary>
    public bool Drifted { get; init; }

    /// <summary>The rules that its place breaks since something changed.</summary>
    public IReadOnlyList<string> Violates { get; init; } = [];

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
