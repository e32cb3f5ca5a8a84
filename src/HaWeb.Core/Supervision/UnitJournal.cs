using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// A unit's journal on its machine. It may be one step behind what was done, and a command that was under way is run again, unless it is a process that goes on;
/// a unit that runs is never started twice, since Docker and the processes themselves say that it runs.
/// </summary>
public sealed class UnitJournal
{
    private readonly MachineContext _context;
    private readonly string _name;
    private readonly string _unit;
    private long _request;
    private string? _written;
    private JournalRecord? _kept;
    private bool _hasKept;

    /// <summary>Makes one and asks for what an earlier agent wrote.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="now">The time.</param>
    public UnitJournal(MachineContext context, UnitName unit, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(unit);
        _context = context;
        _name = $"journal/{unit.FullName}";
        _unit = unit.FullName;
        NextWake = now + context.Options.AnswerDeadline;
        context.Outbox.Add(new Effect.ReadState(_request = context.Outbox.NextId(), _name, StatePlace.UntilPowerOff));
    }

    /// <summary>Whether it is known what an earlier agent wrote.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Where an earlier agent left the unit; null when that is not known, and once it was taken up.</summary>
    public JournalRecord? Found { get; private set; }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake { get; private set; }

    /// <summary>What was found is taken up.</summary>
    public void TakeUp() => Found = null;

    /// <summary>Writes down where the unit is.</summary>
    /// <param name="record">Where; null when nothing of it runs and nothing is under way.</param>
    public void Keep(JournalRecord? record)
    {
        if (!IsRead || Found is not null || (_hasKept && record == _kept))
        {
            return;
        }

        (_kept, _hasKept) = (record, true);
        var text = record is null ? null : RecordCodec.Write(record);
        if (text != _written)
        {
            _written = text;
            _context.Outbox.Add(new Effect.WriteState(_context.Outbox.NextId(), _name, text, StatePlace.UntilPowerOff));
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer)
    {
        if (answer is not Event.FileRead read || read.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        NextWake = null;
        IsRead = true;
        _written = read.Text;
        if (read.Text is { } text)
        {
            Found = RecordCodec.TryRead<JournalRecord>(text, out _);
        }

        return true;
    }

    /// <summary>Time has passed. A disk that does not answer keeps no unit from its life.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (NextWake <= now)
        {
            _request = 0;
            NextWake = null;
            IsRead = true;
            _context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, _unit, "its journal cannot be read in time: what an earlier agent had under way is not gone on with"));
        }
    }
}
