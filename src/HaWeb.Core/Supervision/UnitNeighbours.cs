using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>A unit among the others of its machine: what they see of it, and whether they let it start.</summary>
/// <param name="dependencies">What the units of the machine are to each other.</param>
/// <param name="life">The unit.</param>
/// <param name="report">Takes why it is not started.</param>
public sealed class UnitNeighbours(UnitDependencies dependencies, UnitLife life, UnitReport report)
{
    private StartObstacle? _obstacle;
    private object? _shown;

    /// <summary>The revision of its entry for whose sake the units that it needs were started; 0 for none since its last start.</summary>
    public long BroughtOthers { get; private set; }

    /// <summary>Whether the unit is to run and another one keeps it from that, and not only until its turn has come.</summary>
    public bool KeepItDown => _obstacle is { IsOrder: false };

    /// <summary>Whether it is something to other units of its machine.</summary>
    public bool Exist => dependencies.Concern(life.Unit.FullName);

    /// <summary>Why the unit, which runs, has to stop for the sake of another one; null when it may go on.</summary>
    public string? ReasonToStop => dependencies.ReasonToStop(life);

    /// <summary>Whether its stop has to wait for that of another one.</summary>
    public bool StopFirst => dependencies.MustOutliveOthers(life);

    /// <summary>An earlier agent had started the units that it needs.</summary>
    public void Resume(JournalRecord? journal) => BroughtOthers = journal?.BroughtOthers ?? BroughtOthers;

    /// <summary>Lets the others see what has changed about it.</summary>
    /// <param name="runs">The file that it runs by, or shall run by; null when that is not known.</param>
    public void Show(UnitDefinition? runs)
    {
        dependencies.Declare(life.Unit.FullName, runs?.Dependencies);
        var shown = (life.Phase, life.Goal, life.IsDecided, life.IsHeldBack);
        if (!shown.Equals(_shown))
        {
            _shown = shown;
            dependencies.Changed();
        }
    }

    /// <summary>Starts the units that it needs, and judges whether it may start now; why it may not is said.</summary>
    public bool LetStart(DateTimeOffset now)
    {
        if (dependencies.Bring(life, again: BroughtOthers != life.Placement!.ModRevision, now))
        {
            BroughtOthers = life.Placement.ModRevision;
        }

        Face(dependencies.ObstacleTo(life));
        if (_obstacle is not null)
        {
            report.Waits(_obstacle.Reason);
            return false;
        }

        BroughtOthers = 0;
        return true;
    }

    /// <summary>It stops for the sake of another one: it comes back with that one, and does not itself bring it back.</summary>
    /// <param name="reason">Why; null when it does not.</param>
    public void MakeItStop(string? reason)
    {
        if (reason is not null)
        {
            BroughtOthers = life.Placement!.ModRevision;
            report.Say(reason);
        }
    }

    /// <summary>It is not to run: nobody keeps it from that.</summary>
    public void Forget() => Face(null);

    /// <summary>It has left.</summary>
    public void Leave() => dependencies.Declare(life.Unit.FullName, null);

    private void Face(StartObstacle? next)
    {
        if (_obstacle is not null && _obstacle != next)
        {
            report.TakeBack(_obstacle.Reason);
        }

        _obstacle = next;
    }
}
