using HaWeb.Core.Effects;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>The text of a balancer's template: at hand, or read from the machine's disk, and asked for again until it can be read.</summary>
internal sealed class TemplateFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Outbox _outbox;
    private readonly string? _path;
    private readonly RetryDelay _delay = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private long _request;
    private DateTimeOffset? _actAt;

    public TemplateFile(Outbox outbox, ConfigTemplate template)
    {
        _outbox = outbox;
        _path = template.Path;
        Text = template.Text;
        IsRead = Text is not null;
    }

    /// <summary>Whether it is known what the text is, or that it cannot be read.</summary>
    public bool IsRead { get; private set; }

    /// <summary>The text; null until it could be read.</summary>
    public string? Text { get; private set; }

    /// <summary>Why there is no text; empty when there is one.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>When <see cref="Woke"/> wants to be called, or null.</summary>
    public DateTimeOffset? NextWake => _actAt;

    /// <summary>Begins to read.</summary>
    public void Start(DateTimeOffset now)
    {
        if (Text is null)
        {
            _actAt = now + Patience;
            _outbox.Add(new Effect.ReadFile(_request = _outbox.NextId(), _path!));
        }
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>Whether it was its own.</returns>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer is not Event.FileRead read || read.Id != _request)
        {
            return false;
        }

        _request = 0;
        IsRead = true;
        Text = read.Text;
        Problem = Text is not null ? "" : $"the template {_path} cannot be read: {read.Problem ?? "there is no such file"}";
        _actAt = Text is null ? _delay.After(now) : null;
        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (_actAt <= now)
        {
            Start(now);
        }
    }
}
