using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>Keeps what is remembered of a timer on the machine's disk, for its next agent.</summary>
/// <param name="context">The machine.</param>
/// <param name="unit">The timer.</param>
internal sealed class TimerMemory(MachineContext context, UnitName unit)
{
    private long _read;
    private long _written;
    private DateTimeOffset? _deadline;
    private bool _fails;

    /// <summary>Whether it is known what was remembered.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>What is remembered; null for nothing.</summary>
    public TimerRecord? Record { get; private set; }

    /// <summary>Whether the last of it is on its way to the disk.</summary>
    public bool IsBeingWritten => _written != 0;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _deadline;

    private string Name => $"timers/{unit.FullName}";

    /// <summary>Asks for what was remembered, once.</summary>
    public void Read(DateTimeOffset now)
    {
        if (!IsKnown && _read == 0)
        {
            _deadline = now + context.Options.AnswerDeadline;
            context.Outbox.Add(new Effect.ReadState(_read = context.Outbox.NextId(), Name));
        }
    }

    /// <summary>Remembers something else.</summary>
    public void Keep(TimerRecord record, DateTimeOffset now)
    {
        Record = record;
        _deadline = now + context.Options.AnswerDeadline;
        context.Outbox.Add(new Effect.WriteState(_written = context.Outbox.NextId(), Name, RecordCodec.Write(record)));
    }

    /// <summary>Remembers nothing any more.</summary>
    public void Forget()
    {
        if (Record is not null)
        {
            Record = null;
            context.Outbox.Add(new Effect.WriteState(context.Outbox.NextId(), Name, null));
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer)
    {
        if (answer is Event.FileRead read && read.Id == _read && _read != 0)
        {
            Known(read.Text, read.Problem);
        }
        else if (answer is Event.FileWritten written && written.Id == _written && _written != 0)
        {
            Written(written.Problem);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Time has passed: a disk that does not answer keeps nothing, and keeps no timer from elapsing.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (!(_deadline <= now))
        {
            return;
        }

        if (_written != 0)
        {
            Written("there is no answer");
        }
        else
        {
            Known(null, "there is no answer");
        }
    }

    private void Known(string? text, string? problem)
    {
        (_read, _deadline, IsKnown) = (0, null, true);
        if (text is not null)
        {
            Record = RecordCodec.TryRead<TimerRecord>(text, out var fault);
            problem = Record is null ? fault : null;
        }

        if (problem is not null)
        {
            context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, unit.FullName, $"when it elapsed last cannot be read, and what was missed is not made up for: {problem}"));
        }
    }

    private void Written(string? problem)
    {
        (_written, _deadline) = (0, null);
        if (problem is not null && !_fails)
        {
            context.Outbox.Add(new Effect.Report(ReportSeverity.Warning, unit.FullName, $"when it elapsed cannot be kept on the disk; the next agent will not know it: {problem}"));
        }

        _fails = problem is not null;
    }
}
