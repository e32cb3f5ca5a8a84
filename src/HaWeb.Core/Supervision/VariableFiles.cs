using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>The files of <c>EnvironmentFile=</c>, read from the machine before every start, as systemd does.</summary>
public sealed class VariableFiles
{
    private readonly MachineContext _context;
    private readonly IReadOnlyList<(string Path, bool IsOptional)> _files;
    private readonly List<KeyValuePair<string, string>> _variables = [];
    private int _next;
    private long _request;

    /// <summary>Makes one and asks for the first file.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="definition">The unit.</param>
    /// <param name="now">The time.</param>
    public VariableFiles(MachineContext context, UnitDefinition definition, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(definition);
        _context = context;
        var specifiers = new SpecifierContext(definition.Name, context.Facts);
        _files = [.. definition.Service.EnvironmentFiles.Select(file => (Specifiers.Expand(file.Path, specifiers, out _), file.IsOptional))];
        Ask(now);
    }

    /// <summary>Whether every file was read, or one of them cannot be.</summary>
    public bool IsDone => Problem is not null || _next >= _files.Count;

    /// <summary>Why the unit cannot start, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The variables of all files, in order, a later one winning.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables => _variables;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake { get; private set; }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer is not Event.FileRead read || read.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        var (path, isOptional) = _files[_next];
        if (read.Text is { } text)
        {
            _variables.AddRange(EnvironmentFile.Parse(text));
        }
        else if (!isOptional)
        {
            Problem = $"EnvironmentFile={path}: {read.Problem ?? "there is no such file on this machine; write a - in front if it may be missing"}";
        }

        _next++;
        Ask(now);
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
        NextWake = null;
        if (!IsDone)
        {
            NextWake = now + _context.Options.AnswerDeadline;
            _context.Outbox.Add(new Effect.ReadFile(_request = _context.Outbox.NextId(), _files[_next].Path));
        }
    }
}
