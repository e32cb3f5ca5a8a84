using HaWeb.Core.Effects;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Which version of nginx a container runs: asked once for each container, and not for long.</summary>
internal sealed class VersionQuestion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Outbox _outbox;
    private long _request;

    public VersionQuestion(Outbox outbox) => _outbox = outbox;

    /// <summary>The version, of the container before until the answer comes; null when nobody knows.</summary>
    public NginxVersion? Version { get; private set; }

    /// <summary>Until when an answer is waited for, or null.</summary>
    public DateTimeOffset? OpenUntil { get; private set; }

    /// <summary>Asks.</summary>
    public void Ask(string container, DateTimeOffset now)
    {
        OpenUntil = now + Patience;
        _outbox.Add(new Effect.Nginx(_request = _outbox.NextId(), new NginxRequest.ReadVersion(container)));
    }

    /// <summary>There is no container any more.</summary>
    public void Drop() => OpenUntil = null;

    /// <summary>Takes an answer. One that does not say the version leaves it as it was.</summary>
    /// <returns>Whether it was its own.</returns>
    public bool Answer(Event.Answer answer)
    {
        if (OpenUntil is null || answer is not Event.NginxAnswered nginx || nginx.Id != _request)
        {
            return false;
        }

        OpenUntil = null;
        Version = (nginx.Result as NginxResult.Version)?.Of ?? Version;
        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (OpenUntil <= now)
        {
            OpenUntil = null;
        }
    }
}
