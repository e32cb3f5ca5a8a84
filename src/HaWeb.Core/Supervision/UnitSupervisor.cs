using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>One unit on one machine: its parts, and which event concerns which of them. What is done about it <see cref="UnitLife"/> decides.</summary>
public sealed class UnitSupervisor : ISupervisedUnit
{
    private readonly UnitReport _report;
    private readonly UnitFileReader _file;
    private readonly UnitContainer _container;
    private readonly UnitDuties _duties;
    private readonly FoundContainer _found;
    private readonly UnitJournal _journal;
    private readonly UnitLife _life;

    /// <summary>Makes one for a unit that nothing is known of yet.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="earlier">What an earlier agent of this machine said of the unit, or null.</param>
    /// <param name="now">The time.</param>
    public UnitSupervisor(MachineContext context, UnitName unit, StatusRecord? earlier, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(unit);
        Unit = unit;
        _file = new UnitFileReader(context, unit);
        _container = new UnitContainer(context.Outbox, unit);
        _report = new UnitReport(context.Keys.Status(context.MachineId, unit.FullName), unit, earlier);
        _duties = new UnitDuties(context, unit, _report);
        _journal = new UnitJournal(context, unit, now);
        _found = new FoundContainer(context, _file, _container, _report, _journal);
        _life = new UnitLife(context, _file, _container, _duties, _found, _report, _journal);
    }

    /// <summary>The unit.</summary>
    public UnitName Unit { get; }

    /// <summary>Its life, which those of its neighbours look at.</summary>
    public UnitLife Life => _life;

    /// <summary>Its entry on the work list; null when there is none any more.</summary>
    public Versioned<PlacementRecord>? Placement => _life.Placement;

    /// <summary>Where it is in its life.</summary>
    public UnitPhase Phase => _life.Phase;

    /// <summary>Whether its container or process runs.</summary>
    public bool Runs => _container.Runs;

    /// <summary>Whether it runs as its entry asks for, and may go on when it runs on another machine too.</summary>
    public bool MayRunTwice => _life.MayRunTwice;

    /// <summary>Whether Docker has told of it, so that what is known here is true.</summary>
    public bool IsKnown => _container.IsKnown && _journal.IsRead;

    /// <summary>Whether nothing of it runs, and nothing is about to.</summary>
    public bool IsIdle => _life.IsIdle;

    /// <summary>
    /// When the timer elapsed that its last run was started by; null when it was started otherwise, and when nothing shows that the run was really begun.
    /// </summary>
    public DateTimeOffset? Trigger => _life.Trigger ?? (_report.Earlier is { Active: "active" or "reloading" or "deactivating" or "failed" } or { Active: "inactive", Container: not null } ? _report.Earlier.Trigger : null);

    /// <summary>The host ports that it publishes by the file that it runs by; none when that is not known.</summary>
    public IReadOnlyList<HostPort> Ports => _life.Definition is { } definition ? PlacementRules.Of(definition).Ports : [];

    /// <summary>Whether it has stopped for good: its entry may be deleted, and then nothing of it remains.</summary>
    public bool HasLeft => Phase is UnitPhase.Dead && _life.Goal is UnitGoal.Leave && _container.IsGone && _duties.IsConfirmed;

    /// <summary>The keys that it keeps in the store.</summary>
    public IEnumerable<Publication> Publications => _duties.Publications.Prepend(_report.Publication);

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_life.NextWake, _journal.NextWake, _file.NextWake, _found.NextWake, _duties.NextWake);

    /// <summary>Whether it waits for no time that its file sets, and its probes since then have said what it is taken for.</summary>
    /// <param name="since">Since when.</param>
    /// <param name="dockerAnswers">Whether Docker answers; while it does not, nothing of its life goes on.</param>
    public bool IsAtRest(DateTimeOffset since, bool dockerAnswers) => (!dockerAnswers || _life.NextWake is null) && _duties.IsAtRest(since);

    /// <summary>Its entry on the work list is new, has changed, or is gone.</summary>
    public void Assign(Versioned<PlacementRecord>? placement, DateTimeOffset now)
    {
        if (placement is not null)
        {
            _file.Want(placement.Value.Hash, now);
        }

        _life.Assign(placement);
        _life.Proceed(now);
    }

    /// <summary>Its timer has elapsed: it runs once, unless it runs already.</summary>
    /// <param name="elapsed">When.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it has a place here.</returns>
    public bool Start(DateTimeOffset elapsed, DateTimeOffset now)
    {
        var may = _life.Start(elapsed);
        _life.Proceed(now);
        return may;
    }

    /// <summary>What is seen of this unit on its machine now.</summary>
    public void Sighted(UnitSighting seen, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(seen);
        if (_container.Listed(seen, mayFind: Phase is UnitPhase.Dead) is { } exitCode)
        {
            ContainerExited(_container.Id!, exitCode, now);
        }

        if (seen.DockerIsKnown)
        {
            _life.DockerIsBack();
        }

        _life.Proceed(now);
    }

    /// <summary>The machine's lease must have expired by now, or lives again.</summary>
    public void IsolationChanged(DateTimeOffset now) => _life.Proceed(now);

    /// <summary>What ran here without a place has stopped: there may be room for this one now.</summary>
    public void RoomMade(DateTimeOffset now) => _life.Proceed(now);

    /// <summary>Units of the machine are elsewhere in their lives, and this one may be something to them.</summary>
    public void NeighboursChanged(DateTimeOffset now)
    {
        if (_life.HasNeighbours)
        {
            _life.Proceed(now);
        }
    }

    /// <summary>Docker does not answer: nothing is begun until it does.</summary>
    public void DockerLost() => _container.DockerLost();

    /// <summary>A container or process has ended.</summary>
    public void ContainerExited(string container, long exitCode, DateTimeOffset now)
    {
        _life.ContainerExited(container, exitCode, now);
        _life.Proceed(now);
    }

    /// <summary>News of a followed prefix: the services that it balances, or the balancers that it waits for.</summary>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
        _duties.Followed(prefix, update, now);
        _life.Proceed(now);
    }

    /// <summary>What this machine is to a shared address has changed, or why it is not.</summary>
    public void AddressesChanged(DateTimeOffset now)
    {
        if (_duties.AddressesChanged())
        {
            _life.Proceed(now);
        }
    }

    /// <summary>One of its keys is confirmed in the store.</summary>
    public void Confirmed(DateTimeOffset now)
    {
        _duties.Confirmed();
        _life.Proceed(now);
    }

    /// <summary>It has left, and its entry is gone: nothing of it shall remain in the store.</summary>
    /// <returns>Whether nothing remains. What is said of it goes last: while it is there, the next agent looks for the rest.</returns>
    public bool Retire()
    {
        _duties.Retire();
        if (!_duties.Publications.All(publication => publication.IsConfirmed))
        {
            return false;
        }

        _duties.End();
        _life.Forget();
        _report.Publication.Desired = null;
        return _report.Publication.IsConfirmed;
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        var own = _report.Answer(answer) || _journal.Answer(answer) || _file.Answer(answer, now) || _found.Answer(answer, now) || _life.Answer(answer, now) || _duties.Answer(answer, now);
        if (own)
        {
            _life.Proceed(now);
        }

        return own;
    }

    /// <summary>Time has passed. One that waits for no time, or for a later one, is left alone: there may be many on a machine.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (!(NextWake <= now))
        {
            return;
        }

        _journal.Woke(now);
        _file.Woke(now);
        _found.Woke(now);
        _duties.Woke(now);
        _life.Woke(now);
        _life.Proceed(now);
    }
}
