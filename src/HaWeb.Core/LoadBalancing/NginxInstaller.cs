using HaWeb.Core.Effects;

namespace HaWeb.Core.LoadBalancing;

/// <summary>
/// Brings one nginx to serve a config: one attempt at a time, the first at once and later ones not too often, again after a failure. What was installed
/// and not confirmed is remembered and tried again even when the text is no news.
/// </summary>
internal sealed class NginxInstaller
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Outbox _outbox;
    private readonly string _unit;
    private readonly string _path;
    private readonly bool _alwaysTest;
    private readonly RetryDelay _afterFailure = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
    private readonly RetryDelay _afterRejection = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private string? _container;
    private bool _isRead;
    private string? _confirmed;
    private bool _isDoubtful;
    private string? _rejected;
    private Attempt? _attempt;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private DateTimeOffset _retryAt = DateTimeOffset.MinValue;

    /// <param name="outbox">Where its effects go.</param>
    /// <param name="unit">The unit, for reports.</param>
    /// <param name="path">The config file.</param>
    /// <param name="alwaysTest">Whether the reload's own test is never enough: what an operator's template made may be anything.</param>
    public NginxInstaller(Outbox outbox, string unit, string path, bool alwaysTest)
    {
        _outbox = outbox;
        _unit = unit;
        _path = path;
        _alwaysTest = alwaysTest;
    }

    /// <summary>The container, or null when there is none to be configured.</summary>
    public string? Container => _container;

    /// <summary>Why nginx does not serve what it shall, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>When <see cref="Aim"/> has something to do again though nothing changes, or null.</summary>
    public DateTimeOffset? NextWake { get; private set; }

    /// <summary>A container's nginx is to be configured.</summary>
    /// <param name="container">The container.</param>
    /// <param name="confirmed">The config that it started with, or null when that is to be read from it.</param>
    public void Attach(string container, string? confirmed)
    {
        Detach();
        _container = container;
        _confirmed = confirmed;
        _isRead = confirmed is not null;
    }

    /// <summary>There is no nginx to be configured any more. Answers that are still to come are none of its.</summary>
    public void Detach()
    {
        _container = null;
        _confirmed = null;
        _isDoubtful = false;
        _attempt = null;
        _rejected = null;
        Error = null;
        NextWake = null;
        _retryAt = DateTimeOffset.MinValue;
        _afterFailure.Reset();
        _afterRejection.Reset();
    }

    /// <summary>Whether it is certain that new workers serve this config.</summary>
    public bool Serves(string text) => IsConfirmed(text) && _attempt is null;

    /// <summary>Does what is due to make nginx serve this config.</summary>
    /// <returns>Whether the config was sent just now.</returns>
    public bool Aim(string text, DateTimeOffset now)
    {
        NextWake = null;
        if (_container is null)
        {
            return false;
        }

        if (_attempt is not null && now >= _attempt.Deadline)
        {
            Fail("nginx was asked and there is no answer", now);
        }

        if (_attempt is not null)
        {
            NextWake = _attempt.Deadline;
            return false;
        }

        if (_isRead && IsConfirmed(text))
        {
            Recover();
            return false;
        }

        var due = DueAt(text);
        if (now < due)
        {
            NextWake = due;
            return false;
        }

        Send(text, now);
        NextWake = _attempt!.Deadline;
        return _attempt.Text is not null;
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="oldWorkers">Workers that still serve something older.</param>
    /// <returns>What came of the attempt, or null when the answer is not its own.</returns>
    public NginxResult? Answer(Event.NginxAnswered answer, DateTimeOffset now, out IReadOnlyList<int> oldWorkers)
    {
        oldWorkers = [];
        if (_attempt is null || answer.Id != _attempt.Id)
        {
            return null;
        }

        switch (answer.Result)
        {
            case NginxResult.Applied applied when _attempt.Text is not null:
                oldWorkers = applied.OldWorkers;
                _confirmed = _attempt.Text;
                _isDoubtful = false;
                _attempt = null;
                Recover();
                break;
            case NginxResult.Read read when _attempt.Text is null:
                oldWorkers = read.OldWorkers;
                _confirmed = read.IsServed ? read.Text : null;
                _isRead = true;
                _attempt = null;
                break;
            case NginxResult.Rejected rejected:
                Reject(rejected.Message, now);
                break;
            case NginxResult.Failed failed:
                Fail(failed.Message, now);
                break;
            default:
                Fail("nginx's driver answered another question", now);
                break;
        }

        return answer.Result;
    }

    private bool IsConfirmed(string text) => !_isDoubtful && _confirmed is not null && NginxText.IsSame(_confirmed, text);

    // A rejected config waits for its own retry; another one has a right to its first try. An nginx that could not be asked is left alone for a while.
    private DateTimeOffset DueAt(string text)
    {
        var waitsForRetry = _rejected is null || NginxText.IsSame(_rejected, text);
        return waitsForRetry && _retryAt > _notBefore ? _retryAt : _notBefore;
    }

    private void Send(string text, DateTimeOffset now)
    {
        var id = _outbox.NextId();
        if (!_isRead)
        {
            _attempt = new Attempt(id, null, now + Patience);
            _outbox.Add(new Effect.Nginx(id, new NginxRequest.ReadConfig(_container!, _path)));
            return;
        }

        var serversOnly = !_alwaysTest && _confirmed is not null && NginxText.IsSameButServers(_confirmed, text);
        _attempt = new Attempt(id, text, now + Patience);
        _notBefore = now + Pause;
        _outbox.Add(new Effect.Nginx(id, new NginxRequest.Apply(_container!, _path, text, _confirmed, TestFirst: !serversOnly)));
    }

    private void Reject(string message, DateTimeOffset now)
    {
        var isNews = _rejected is null || !NginxText.IsSame(_rejected, _attempt!.Text ?? "");
        _rejected = _attempt!.Text;
        _attempt = null;
        _retryAt = _afterRejection.After(now);
        Tell(isNews, ReportSeverity.Error, $"nginx does not take the new config; the last good one stays: {message}");
    }

    private void Fail(string message, DateTimeOffset now)
    {
        _isDoubtful |= _attempt?.Text is not null;
        _rejected = null;
        _attempt = null;
        _retryAt = _afterFailure.After(now);
        Tell(Error is null, ReportSeverity.Warning, $"it is not known whether nginx serves the new config; trying again: {message}");
    }

    private void Tell(bool isNews, ReportSeverity severity, string message)
    {
        if (isNews || Error != message)
        {
            _outbox.Add(new Effect.Report(severity, _unit, message));
        }

        Error = message;
    }

    private void Recover()
    {
        if (Error is not null)
        {
            _outbox.Add(new Effect.Report(ReportSeverity.Information, _unit, "nginx serves the newest config again"));
        }

        Error = null;
        _rejected = null;
        _retryAt = DateTimeOffset.MinValue;
        _afterFailure.Reset();
        _afterRejection.Reset();
    }

    /// <summary>A request under way; without a text it reads what is in place.</summary>
    private sealed record Attempt(long Id, string? Text, DateTimeOffset Deadline);
}
