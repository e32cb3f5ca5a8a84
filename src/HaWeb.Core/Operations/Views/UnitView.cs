using HaWeb.Core.Cluster;

namespace HaWeb.Core.Operations.Views;

/// <summary>A unit as operators see it: what is wanted of it, where it is, and what its machine says. A global unit has one per machine.</summary>
public sealed record UnitView
{
    /// <summary>What stands in <see cref="Load"/>, <see cref="Active"/> and <see cref="Sub"/> while nobody can say.</summary>
    public const string Unknown = "unknown";

    /// <summary>The unit's full name.</summary>
    public required string Name { get; init; }

    /// <summary>What is wanted of it; null when it was removed and has not left its machine yet.</summary>
    public DesiredState? Desired { get; init; }

    /// <summary>The machine's id; null while it is placed nowhere.</summary>
    public string? Machine { get; init; }

    /// <summary>The machine's address.</summary>
    public string? Address { get; init; }

    /// <summary>systemd's load state; <c>unloaded</c> while it is placed nowhere, <see cref="Unknown"/> while its machine does not report.</summary>
    public required string Load { get; init; }

    /// <summary>systemd's active state; <see cref="Unknown"/> while its machine does not report.</summary>
    public required string Active { get; init; }

    /// <summary>systemd's sub state; <see cref="Unknown"/> while its machine does not report.</summary>
    public required string Sub { get; init; }

    /// <summary>The hash of the file that it runs, or else of the one that it shall run.</summary>
    public string? Hash { get; init; }

    /// <summary>Since when it is in its active state; null when nobody says.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why it is as it is; while it is placed nowhere, why no machine takes it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The service it is a backend of, or null.</summary>
    public string? Service { get; init; }

    /// <summary>Whether its health check passes; null when it has none or is not checked now.</summary>
    public bool? Healthy { get; init; }

    /// <summary>The address and port that balancers are told; null while they are told none.</summary>
    public string? Backend { get; init; }

    /// <summary>The template it was made from, or null.</summary>
    public string? Template { get; init; }

    /// <summary>Whether it is to run another file than its template has now.</summary>
    public bool TemplateDrift { get; init; }

    /// <summary>How often its supervisor has restarted it on this machine.</summary>
    public int Restarts { get; init; }

    /// <summary>When a timer elapses next; null for never as things stand, and for what is no timer.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>When a timer elapsed last, or the one that started its last run; null for never.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>The exit code of its last run, or null.</summary>
    public long? ExitCode { get; init; }

    /// <summary>The last line it printed before it failed, or null.</summary>
    public string? Output { get; init; }

    /// <summary>What kind of failure the reason tells of (<see cref="Cluster.StatusRecord.Failure"/>), or null.</summary>
    public string? Failure { get; init; }

    /// <summary>The id of its container, or null.</summary>
    public string? Container { get; init; }

    /// <summary>The rules that it breaks where it is, since they, the machine's metadata or its cordon changed after it was placed; empty when it breaks none.</summary>
    public string Violates { get; init; } = "";

    /// <summary>Whether its machine has no session, so that nobody can say what it does there.</summary>
    public bool IsMachineGone { get; init; }

    /// <summary>Whether it is on its way off the machine.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether its machine reports on what is wanted now: this placement, this file, this restart, this move.</summary>
    public bool IsCurrent { get; init; }
}
