using System.Text.Json.Serialization;

namespace HaWeb.Core.Cluster;

/// <summary><c>status/MACHINE/UNIT</c>: what the machine says of a unit, in systemd's terms.</summary>
public sealed record StatusRecord : StoredRecord
{
    /// <summary>The <see cref="Failure"/> of a unit whose image no registry has.</summary>
    public const string ImageNotFound = "image-not-found";

    /// <summary>The <see cref="Failure"/> of a unit that runs on although its last reload failed.</summary>
    public const string ReloadFailed = "reload-failed";

    /// <summary>systemd's load state: <c>loaded</c>, <c>not-found</c>, <c>bad-setting</c>.</summary>
    public string Load { get; init => field = value ?? "loaded"; } = "loaded";

    /// <summary>systemd's active state: <c>inactive</c>, <c>activating</c>, <c>active</c>, <c>reloading</c>, <c>deactivating</c>, <c>failed</c>.</summary>
    public string Active { get; init => field = value ?? "inactive"; } = "inactive";

    /// <summary>Whether it runs and serves, while it reads its configuration again too.</summary>
    [JsonIgnore]
    public bool IsActive => Active is "active" or "reloading";

    /// <summary>systemd's sub state: <c>dead</c>, <c>start-pre</c>, <c>running</c>, <c>auto-restart</c> and so on.</summary>
    public string Sub { get; init => field = value ?? "dead"; } = "dead";

    /// <summary>The hash of the unit file that runs.</summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>The create revision of the placement it acts for.</summary>
    public long Generation { get; init; }

    /// <summary>The id of its container, or null.</summary>
    public string? Container { get; init; }

    /// <summary>Since when it is in this active state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The exit code of its last run; null when there was none, or when it is to run again and waits for that.</summary>
    public long? ExitCode { get; init; }

    /// <summary>How often the supervisor has restarted it in this placement.</summary>
    public int Restarts { get; init; }

    /// <summary>The restart number of the work list that it has carried out.</summary>
    public int Restart { get; init; }

    /// <summary>The reload number of the work list that it has carried out.</summary>
    public int Reload { get; init; }

    /// <summary>
    /// The store revision at which its backend was withdrawn, for the next agent of the machine, which may have to wait until balancers have drained it; 0 when
    /// nobody can have seen the backend, null while it is in the store or may be.
    /// </summary>
    public long? Withdrawn { get; init; }

    /// <summary>The last line it printed before it failed.</summary>
    public string? Output { get; init; }

    /// <summary>Why it is in this state, for people.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>What kind of failure the reason tells of, where it has a name; null otherwise.</summary>
    public string? Failure { get; init; }

    /// <summary>When its last run was asked for by a timer, or by a unit that needs it; null when it was started otherwise.</summary>
    public DateTimeOffset? Trigger { get; init; }

    /// <summary>When a timer elapses next; null for never as things stand, and for what is no timer.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>When a timer elapsed last; null before, and for what is no timer.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Whether its health check passes; null when it has none or is not checked now.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Since when <see cref="Healthy"/> is what it is, or null.</summary>
    public DateTimeOffset? HealthySince { get; init; }

    /// <summary>Why the probe failed that made it unhealthy; null when it is healthy.</summary>
    public string? HealthError { get; init; }

    /// <summary>How long the probe took that made it healthy or unhealthy. A later one writes nothing: the store sees changes only.</summary>
    public TimeSpan? HealthLatency { get; init; }

    /// <summary>How often its health has fallen within five minutes, when that is so often that it has to pass longer before it is believed; otherwise 0.</summary>
    public int Flaps { get; init; }
}
