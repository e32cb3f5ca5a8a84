using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Processes;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// What becomes of a unit that an earlier agent had in hand: its container or process is taken over as it runs, its end is taken up, or it goes; and what was
/// under way goes on from the step that the journal names.
/// </summary>
public sealed class FoundContainer
{
    private readonly MachineContext _context;
    private readonly UnitFileReader _file;
    private readonly UnitContainer _container;
    private readonly UnitReport _report;
    private readonly UnitJournal _journal;
    private VariableFiles? _variables;

    // Nobody knows how it ended: as if it had been killed.
    private const long Gone = 137;

    /// <summary>Makes one for a unit.</summary>
    public FoundContainer(MachineContext context, UnitFileReader file, UnitContainer container, UnitReport report, UnitJournal journal)
    {
        _journal = journal;
        _context = context;
        _file = file;
        _container = container;
        _report = report;
    }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _variables?.NextWake;

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now) => _variables?.Answer(answer, now) ?? false;

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now) => _variables?.Woke(now);

    /// <summary>Judges the container that was found.</summary>
    /// <param name="placement">The unit's entry on the work list, or null.</param>
    /// <param name="goal">What it asks for.</param>
    /// <param name="now">The time.</param>
    public Verdict Judge(Versioned<PlacementRecord>? placement, UnitGoal goal, DateTimeOffset now)
    {
        // Without its file nobody knows how it is drained and stopped.
        if (placement is not null && _file is { Definition: null, Problem: null })
        {
            return new Verdict.Undecided();
        }

        if (_file.Definition is not { } definition)
        {
            // Nobody knows what it is; what has an entry is left as it is until its file can be read, and what has none leaves.
            if (placement is not null)
            {
                return new Verdict.Unknown(_file.Problem);
            }

            _container.Decided();
            return new Verdict.Unknown(null);
        }

        _variables ??= new VariableFiles(_context, definition, now);
        if (!_variables.IsDone)
        {
            return new Verdict.Undecided();
        }

        var run = UnitRun.Of(_context, definition, _variables.Variables);
        var journal = _journal.Found;
        _journal.TakeUp();
        if (journal is not null && Resume(run, journal, placement, goal) is { } resumed)
        {
            _variables = null;
            _container.Decided();
            return resumed;
        }

        var (runHash, exitCode) = (_container.FoundRunHash, _container.FoundExitCode);
        _variables = null;
        _container.Decided();
        return exitCode is { } code ? JudgeEnd(run, code, placement!)
            : runHash is null ? new Verdict.Leftover()
            : new Verdict.Running(run, goal is UnitGoal.Run && runHash != definition.RunHash, journal?.Generation == placement?.CreateRevision ? journal : null, null);
    }

    /// <summary>What the journal says is under way; null when it says nothing of what is wanted now, or of a unit that simply runs.</summary>
    private Verdict? Resume(UnitRun run, JournalRecord journal, Versioned<PlacementRecord>? placement, UnitGoal goal)
    {
        if (placement is null || journal.Generation != placement.CreateRevision)
        {
            return null;
        }

        var main = _container.Found is { } found && found.Id == journal.Main ? found with { Running = _container.Runs } : null;
        var isWanted = goal is UnitGoal.Run && journal.RunHash == run.Definition.RunHash && journal.Restart >= placement.Value.Restart;
        var command = _container.FoundCommands.FirstOrDefault(one => one.Id == journal.Started);
        switch (journal.Phase)
        {
            case UnitPhase.Condition or UnitPhase.StartPre when isWanted && _container.Id is null:
                return new Verdict.Starting(run, journal, new ResumedStep(journal.Phase, journal.Step, command, null));
            case UnitPhase.Start when isWanted && run.Definition.Service.Type is ServiceType.OneShot:
                return new Verdict.Starting(run, journal, OneShot(journal));
            case UnitPhase.Start when isWanted && _container is { Found: { } started, Runs: true }:
                return new Verdict.Starting(run, journal, new ResumedStep(UnitPhase.StartPost, 0, null, started));
            case UnitPhase.StartPost when isWanted && main is not null:
                return new Verdict.Starting(run, journal, new ResumedStep(UnitPhase.StartPost, journal.Step, command, main));
            case UnitPhase.Condition or UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost when !isWanted && !_container.Runs:
                // What was started is wanted no more, or otherwise: what runs of it ends first.
                return new Verdict.Stopping(run, journal with { IsPlanned = true }, new ResumedStep(UnitPhase.StopSignal, 0, null, main));
            case UnitPhase.Stop or UnitPhase.StopSignal or UnitPhase.StopPost or UnitPhase.FinalSignal:
                return new Verdict.Stopping(run, journal, new ResumedStep(journal.Phase, journal.Step, command, main));
            case UnitPhase.AutoRestart when isWanted && !_container.Runs:
                return new Verdict.Waiting(run, journal);
            case UnitPhase.Finished when goal is UnitGoal.Run && !_container.Runs && journal.Restart >= placement.Value.Restart && journal.End is { } end:
                return new Verdict.Ended(run, end, UnitPhase.Finished, end.Reason);
            case UnitPhase.Failed or UnitPhase.Removing when goal is UnitGoal.Stop && !_container.Runs && journal.End is { } end && !end.IsClean(run.Definition.Service):
                return new Verdict.Ended(run, end, UnitPhase.Failed, end.Reason);
            case UnitPhase.Failed when isWanted && !journal.IsPlanned && !_container.Runs && (_report.Earlier is not { } earlier || earlier.Hash == run.Definition.Hash) && journal.End is { } end:
                return new Verdict.Ended(run, end, UnitPhase.Failed, end.Reason);
            case UnitPhase.Reload when isWanted && main is { Running: true }:
                return new Verdict.Running(run, IsOutdated: false, journal, new ResumedStep(journal.Phase, journal.Step, command, main));
            case UnitPhase.Exited or UnitPhase.Reload when isWanted && !_container.Runs && journal.End is { } end:
                return new Verdict.Ended(run, end, UnitPhase.Exited, "");
            case UnitPhase.Running or UnitPhase.Reload or UnitPhase.Draining or UnitPhase.StartPost when isWanted && journal.Main is not null && _container.Id is null:
                return new Verdict.Ended(run, new UnitEnd("it ended and was removed while no agent was there", Gone, IsOfContainer: !ProcessId.Is(journal.Main)), UnitPhase.StopPost, "");
            default:
                return null;
        }
    }

    /// <summary>
    /// Which command of a one-shot is to go on, and with what. What was found last may be of the command before, which has ended well, and of the one after
    /// where the journal was not written in time.
    /// </summary>
    private ResumedStep OneShot(JournalRecord journal)
    {
        var found = _container.FoundNeverRan ? null : _container.Found;
        return found is null || (journal.Started is null && found.Id == journal.Main)
            ? new ResumedStep(UnitPhase.Start, journal.Step, null, null)
            : new ResumedStep(UnitPhase.Start, journal.Started is null || journal.Started == found.Id ? journal.Step : journal.Step + 1, found with { Running = _container.Runs }, null);
    }

    /// <summary>
    /// Its container had ended when this agent came. Whether it runs again is for Restart= to say, as if the agent had seen the end; what an earlier agent made
    /// of the end stays so.
    /// </summary>
    private Verdict JudgeEnd(UnitRun run, long exitCode, Versioned<PlacementRecord> placement)
    {
        var earlier = _report.Earlier;
        if (earlier is null)
        {
            // What was said of it went with the session; Docker remembers. What ended with the machine itself shall run again.
            var labels = _container.FoundLabels!;
            return labels.Generation == placement.CreateRevision && labels.Restart == placement.Value.Restart && labels.BootId == _context.Facts.BootId && !_container.FoundNeverRan
                && (exitCode == 0 || labels.RunHash == run.Definition.RunHash)
                ? new Verdict.Ended(run, UnitEnd.Of(_container.Id!, exitCode), UnitPhase.StopPost, "")
                : new Verdict.Leftover();
        }

        if (earlier.Container != _container.Id || earlier.Generation != placement.CreateRevision || earlier.Restart < placement.Value.Restart || HasNewFile(run, earlier))
        {
            return new Verdict.Leftover();
        }

        UnitPhase? then = (earlier.Active, earlier.Sub) switch
        {
            ("failed", _) => UnitPhase.Failed,
            ("inactive", _) => UnitPhase.Finished,
            ("active", "exited") => UnitPhase.Exited,
            ("active" or "reloading", _) => UnitPhase.StopPost,
            _ => null,
        };
        return then is { } phase
            ? new Verdict.Ended(run, UnitEnd.Of(_container.Id!, exitCode), phase, earlier.Reason)
            : new Verdict.Leftover();
    }

    /// <summary>Whether the unit has got another file since, with which it shall run; what has ended in order stays so.</summary>
    private bool HasNewFile(UnitRun run, StatusRecord earlier) => earlier.Active switch
    {
        "failed" => earlier.Hash != run.Definition.Hash,
        "inactive" => false,
        _ => _container.FoundLabels!.RunHash != run.Definition.RunHash,
    };

    /// <summary>What becomes of it.</summary>
    public abstract record Verdict
    {
        private Verdict()
        {
        }

        /// <summary>Something has to be read first.</summary>
        public sealed record Undecided : Verdict;

        /// <summary>It runs, and nobody knows what it is.</summary>
        /// <param name="Problem">What is wrong with its file, and it stays; null when it has no entry, and leaves.</param>
        public sealed record Unknown(string? Problem) : Verdict;

        /// <summary>It runs and is the unit.</summary>
        /// <param name="Run">The unit as it runs.</param>
        /// <param name="IsOutdated">Whether the unit shall run something else by now.</param>
        /// <param name="Journal">What was written down of this run; null when nothing was.</param>
        /// <param name="Step">Where its reload is; null when none is under way.</param>
        public sealed record Running(UnitRun Run, bool IsOutdated, JournalRecord? Journal, ResumedStep? Step) : Verdict;

        /// <summary>Its start goes on.</summary>
        /// <param name="Run">The unit as it is started.</param>
        /// <param name="Journal">What was written down.</param>
        /// <param name="Step">The step.</param>
        public sealed record Starting(UnitRun Run, JournalRecord Journal, ResumedStep Step) : Verdict;

        /// <summary>Its stop goes on.</summary>
        /// <param name="Run">The unit as it ran.</param>
        /// <param name="Journal">What was written down.</param>
        /// <param name="Step">The step.</param>
        public sealed record Stopping(UnitRun Run, JournalRecord Journal, ResumedStep Step) : Verdict;

        /// <summary>It waits to be started again.</summary>
        /// <param name="Run">The unit as it ran.</param>
        /// <param name="Journal">What was written down.</param>
        public sealed record Waiting(UnitRun Run, JournalRecord Journal) : Verdict;

        /// <summary>It was the unit and has ended.</summary>
        /// <param name="Run">The unit as it ran.</param>
        /// <param name="End">How it ended.</param>
        /// <param name="Then">Where the unit is: as the earlier agent left it, or <see cref="UnitPhase.StopPost"/> when that agent did not see the end.</param>
        /// <param name="Reason">What the earlier agent said.</param>
        public sealed record Ended(UnitRun Run, UnitEnd End, UnitPhase Then, string Reason) : Verdict;

        /// <summary>It has ended and means nothing any more.</summary>
        public sealed record Leftover : Verdict;
    }
}
