using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.LoadBalancing;

/// <summary>Asks the store about the leases of departed backends until it answers.</summary>
internal sealed class LeaseQuestions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Outbox _outbox;
    private readonly BalancedSet _set;
    private readonly RetryDelay _delay = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
    private readonly SortedDictionary<long, DateTimeOffset> _open = [];
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public LeaseQuestions(Outbox outbox, BalancedSet set)
    {
        _outbox = outbox;
        _set = set;
    }

    /// <summary>When <see cref="Ask"/> has something to do again, or null.</summary>
    public DateTimeOffset? NextWake
    {
        get
        {
            DateTimeOffset? wake = _open.Count == 0 ? null : _open.Values.Min();
            return _set.UnaskedLeases.Count > 0 && (wake is null || _notBefore < wake) ? _notBefore : wake;
        }
    }

    /// <summary>Asks what there is to ask; a question without an answer for long counts as unanswered.</summary>
    public void Ask(DateTimeOffset now)
    {
        foreach (var (request, _) in _open.Where(question => question.Value <= now).ToList())
        {
            Fail(request, now);
        }

        if (now < _notBefore)
        {
            return;
        }

        foreach (var lease in _set.UnaskedLeases)
        {
            var request = _outbox.NextId();
            _open[request] = now + Patience;
            _set.Asked(lease, request);
            _outbox.Add(new Effect.QueryLease(request, lease));
        }
    }

    /// <summary>Takes an answer; false when the question is not open here.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (!_open.ContainsKey(answer.Id))
        {
            return false;
        }

        switch (answer)
        {
            // etcd says 0 of a lease that has expired and whose keys are on their way out.
            case Event.LeaseRemains { Remaining: var remaining }:
                Succeed(answer.Id, remaining is null || remaining <= TimeSpan.Zero);
                break;
            case Event.StoreFailed { Failure: StoreFailure.LeaseNotFound }:
                Succeed(answer.Id, leaseIsGone: true);
                break;
            default:
                Fail(answer.Id, now);
                break;
        }

        return true;
    }

    private void Succeed(long request, bool leaseIsGone)
    {
        _open.Remove(request);
        _delay.Reset();
        _set.Answered(request, leaseIsGone);
    }

    private void Fail(long request, DateTimeOffset now)
    {
        _open.Remove(request);
        _set.Unanswered(request);
        _notBefore = _delay.After(now);
    }
}
