using HaWeb.Core.Effects;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// What the text of a balancer's config is made by: the writer, in the syntax of the nginx that runs, or the operator's template, which may not be readable
/// or may not fit.
/// </summary>
internal sealed class ConfigSource
{
    private readonly Outbox _outbox;
    private readonly string _unit;
    private readonly ITemplateEngine? _templates;
    private readonly TemplateFile? _template;
    private readonly VersionQuestion? _version;
    private LoadBalancerConfig? _config;

    public ConfigSource(Outbox outbox, string unit, LoadBalancerOptions options, ITemplateEngine? templates)
    {
        _outbox = outbox;
        _unit = unit;
        _templates = templates;
        _template = options.Template is { } template ? new TemplateFile(outbox, template) : null;
        _version = options is { Tls: not null, Http2: true } ? new VersionQuestion(outbox) : null;
    }

    /// <summary>The newest text that could be made.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether <see cref="Text"/> says what it shall.</summary>
    public bool IsMade { get; private set; }

    /// <summary>Why it does not, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether the text may be installed: it says what it shall, and it is known which nginx it is for.</summary>
    public bool IsInstallable => IsMade && _version?.OpenUntil is null;

    /// <summary>When <see cref="Woke"/> wants to be called, or null.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_template?.NextWake, _version?.OpenUntil);

    /// <summary>Begins to read what it needs.</summary>
    public void Start(DateTimeOffset now) => _template?.Start(now);

    /// <summary>nginx runs in this container.</summary>
    public void Attach(string container, DateTimeOffset now) => _version?.Ask(container, now);

    /// <summary>There is no nginx to be configured any more.</summary>
    public void Detach() => _version?.Drop();

    /// <summary>The config shall say this from now on.</summary>
    public void Aim(LoadBalancerConfig config)
    {
        _config = config;
        Make();
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>Whether it was its own.</returns>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (_template?.Answer(answer, now) != true && _version?.Answer(answer) != true)
        {
            return false;
        }

        Make();
        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (_template?.NextWake <= now)
        {
            _template.Woke(now);
        }

        _version?.Woke(now);
    }

    private void Make()
    {
        if (_config is null || _template is { IsRead: false })
        {
            return;
        }

        var problem = "";
        var generated = NginxWriter.Write(_config, _version?.Version);
        var text = _template is null ? generated
            : _template.Text is not { } template ? Refuse(_template.Problem, out problem)
            : _templates is null ? Refuse("this agent knows no templates", out problem)
            : _templates.Render(template, _config, generated, out problem);
        Text = text ?? Text;
        IsMade = text is not null;
        Tell(text is null ? problem : null);
    }

    private static string? Refuse(string why, out string problem)
    {
        problem = why;
        return null;
    }

    private void Tell(string? problem)
    {
        if (problem != Problem)
        {
            _outbox.Add(problem is null
                ? new Effect.Report(ReportSeverity.Information, _unit, "its config can be made again")
                : new Effect.Report(ReportSeverity.Error, _unit, $"its config cannot be made, and the one before stays: {problem}"));
        }

        Problem = problem;
    }
}
