using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>Fetches the unit file that the work list names, until the store has given it.</summary>
public sealed class UnitFileReader
{
    private readonly MachineContext _context;
    private readonly UnitName _unit;
    private string? _hash;
    private long _request;

    /// <summary>Makes one for a unit.</summary>
    public UnitFileReader(MachineContext context, UnitName unit)
    {
        _context = context;
        _unit = unit;
    }

    /// <summary>The unit as the wanted file has it; null until it is read, or when it is wrong.</summary>
    public UnitDefinition? Definition { get; private set; }

    /// <summary>What is wrong with the file; null while it is read and when it is right.</summary>
    public string? Problem { get; private set; }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake { get; private set; }

    /// <summary>Names the file that is wanted now.</summary>
    public void Want(string hash, DateTimeOffset now)
    {
        if (hash != _hash)
        {
            _hash = hash;
            Definition = null;
            Problem = null;
            Ask(now);
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        if (answer is Event.Listed { Listing: var listing })
        {
            NextWake = null;
            Read(listing.Entries.FirstOrDefault(entry => entry.Key == _context.Keys.File(_hash!))?.Value);
        }
        else
        {
            NextWake = now + _context.Options.RetryDelay;
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (NextWake <= now)
        {
            Ask(now);
        }
    }

    private void Ask(DateTimeOffset now)
    {
        NextWake = now + _context.Options.AnswerDeadline;
        _context.Outbox.Add(new Effect.List(_request = _context.Outbox.NextId(), _context.Keys.File(_hash!)));
    }

    private void Read(string? text)
    {
        if (text is null)
        {
            Problem = $"its file {_hash} is not in the store";
            return;
        }

        var check = UnitLinter.Check(_unit, text);
        Definition = check.Definition;
        Problem = Definition is not null
            ? null
            : string.Join("; ", check.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => $"line {problem.Line}: {problem.Message}"));
    }
}
