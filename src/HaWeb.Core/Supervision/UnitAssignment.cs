using HaWeb.Core.Cluster;

namespace HaWeb.Core.Supervision;

/// <summary>
/// What a unit's entry on the work list asks for, and how much of it has been carried out; and the run that a timer, or a unit that needs this one, asks for
/// while the entry says that it is loaded only.
/// </summary>
/// <param name="report">What was said of the unit, by an earlier agent too.</param>
public sealed class UnitAssignment(UnitReport report)
{
    /// <summary>The entry; null when there is none any more.</summary>
    public Versioned<PlacementRecord>? Placement { get; private set; }

    /// <summary>The create revision of the entry; 0 without one.</summary>
    public long Generation => Placement?.CreateRevision ?? 0;

    /// <summary>What is asked for.</summary>
    public UnitGoal Goal => Placement?.Value.State switch
    {
        PlacementState.Run => UnitGoal.Run,
        PlacementState.Stop => Trigger is null ? UnitGoal.Stop : UnitGoal.Run,
        _ => UnitGoal.Leave,
    };

    /// <summary>When its last run was asked for by a timer or by a unit that needs it; such a run may go on although the unit is loaded only. Null when nobody did.</summary>
    public DateTimeOffset? Trigger { get; private set; }

    /// <summary>Whether such a run has been asked for that has not begun.</summary>
    public bool IsDue { get; private set; }

    /// <summary>The restart number that is carried out.</summary>
    public int Restart { get; private set; }

    /// <summary>The reload number that is carried out.</summary>
    public int Reload { get; private set; }

    /// <summary>Whether it is to be stopped and started once.</summary>
    public bool AsksForRestart => Placement?.Value.Restart > Restart;

    /// <summary>Whether it is to read its configuration again.</summary>
    public bool AsksForReload => Placement?.Value.Reload > Reload;

    /// <summary>Whether its entry is as it was when the unit was placed: one that is loaded was never started, and so never stopped.</summary>
    public bool WasNeverStopped => Placement is { } placement && placement.CreateRevision == placement.ModRevision;

    /// <summary>The entry is new, has changed, or is gone.</summary>
    /// <returns>Whether it is another one than before.</returns>
    public bool Assign(Versioned<PlacementRecord>? placement)
    {
        var isNew = placement is not null && placement.CreateRevision != Placement?.CreateRevision;
        if (isNew)
        {
            var told = report.Last?.Generation == placement!.CreateRevision ? report.Last : null;
            Restart = told?.Restart ?? placement.Value.Restart;
            Reload = told?.Reload ?? placement.Value.Reload;
            report.Placed(placement.CreateRevision);
        }

        if (placement is { Value.State: PlacementState.Stop })
        {
            // Where it is loaded only, another number asks for the end of such a run.
            Trigger = placement.CreateRevision == Placement?.CreateRevision && placement.Value.Restart == Restart && Placement.Value.State is PlacementState.Stop ? Trigger : null;
            Restart = Trigger is null ? placement.Value.Restart : Restart;
        }
        else
        {
            Trigger = null;
        }

        IsDue &= Trigger is not null || placement is { Value.State: PlacementState.Run };
        Placement = placement;
        return isNew;
    }

    /// <summary>A run is asked for, at this time.</summary>
    public void Ask(DateTimeOffset time)
    {
        Trigger = time;
        IsDue = true;
    }

    /// <summary>What an earlier agent began for a timer, or for a unit that needs this one, belongs to that run still, unless the unit was asked for otherwise since.</summary>
    /// <param name="trigger">When that run was asked for, by its container or by the journal.</param>
    /// <param name="generation">The placement that it was begun for.</param>
    /// <param name="restart">The restart number that it was begun with.</param>
    public void Found(DateTimeOffset trigger, long generation, int? restart)
    {
        if (Trigger is null && Placement is { Value.State: PlacementState.Stop } && generation == Generation && restart == Placement.Value.Restart)
        {
            Trigger = trigger;
        }
    }

    /// <summary>A start of it begins: it carries out all that is asked for.</summary>
    public void Begin()
    {
        Restart = Placement!.Value.Restart;
        Reload = Placement.Value.Reload;
        IsDue = false;
    }

    /// <summary>It runs as asked.</summary>
    public void Runs() => IsDue = false;

    /// <summary>It has read its configuration again, or has failed to.</summary>
    public void Reloaded(int number) => Reload = number;

    /// <summary>It does not run: its next start reads its configuration anyway.</summary>
    public void HasNothingToReload() => Reload = Placement?.Value.Reload ?? Reload;

    /// <summary>What runs was begun, or has been reloaded, with these numbers.</summary>
    /// <param name="restart">The restart number; null when that is not known.</param>
    /// <param name="reload">The reload number; null when that is not known.</param>
    public void Resume(int? restart, int? reload)
    {
        Restart = restart ?? Restart;
        Reload = reload ?? Reload;
    }
}
