using System.Text.Json.Serialization;
using HaWeb.Core.Cluster;

namespace HaWeb.Core.Supervision;

/// <summary>The step that a unit's life is in, for the next agent of the machine.</summary>
public sealed record JournalRecord : StoredRecord
{
    /// <summary>The phase.</summary>
    [JsonConverter(typeof(LowerCaseEnumConverter<UnitPhase>))]
    public UnitPhase Phase { get; init; }

    /// <summary>Which of the phase's commands runs, from 0.</summary>
    public int Step { get; init; }

    /// <summary>The process that this command is, or the container that it has made; null when it has neither yet.</summary>
    public string? Started { get; init; }

    /// <summary>The container or process that is the unit, or null.</summary>
    public string? Main { get; init; }

    /// <summary>The create revision of the placement that it acts for.</summary>
    public long Generation { get; init; }

    /// <summary>The restart number that it carries out.</summary>
    public int Restart { get; init; }

    /// <summary>The reload number that it has carried out.</summary>
    public int Reload { get; init; }

    /// <summary>When its run was asked for by a timer or by a unit that needs it; null when nobody did.</summary>
    public DateTimeOffset? Trigger { get; init; }

    /// <summary>The revision of its entry for whose sake the units that it needs were started; 0 for none since its last start.</summary>
    public long BroughtOthers { get; init; }

    /// <summary>The hash of what runs.</summary>
    public string RunHash { get; init => field = value ?? ""; } = "";

    /// <summary>How its run ended; null while it runs.</summary>
    public UnitEnd? End { get; init; }

    /// <summary>Whether it is being stopped since somebody asked for that.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>When it is started again, where it waits for that.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The starts that count for its start limit.</summary>
    public List<DateTimeOffset> Starts { get; init => field = value ?? []; } = [];
}
