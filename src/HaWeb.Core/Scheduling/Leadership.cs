using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// The election of the engine: whoever creates the key <c>engine</c> under a lease of its own leads until that key is gone. etcd decides; this only
/// asks, renews, and notices.
/// </summary>
public sealed class Leadership
{
    private readonly Outbox _outbox;
    private readonly ClusterKeys _keys;
    private readonly string _machine;
    private readonly EngineOptions _options;
    private StoreEntry? _leader;
    private StoreEntry? _session;
    private bool _seen;
    private long _lease;
    private long _request;
    private DateTimeOffset? _nextKeepAlive;
    private DateTimeOffset? _retryAt;
    private DateTimeOffset _deadline;

    /// <summary>Makes one for a machine's agent.</summary>
    public Leadership(Outbox outbox, ClusterKeys keys, string machine, EngineOptions options)
    {
        _outbox = outbox;
        _keys = keys;
        _machine = machine;
        _options = options;
    }

    /// <summary>The create revision of our <c>engine</c> key, which guards every write; null while another leads, or nobody.</summary>
    public long? Term { get; private set; }

    /// <summary>Since when it has followed without a break who leads; null while it cannot.</summary>
    public DateTimeOffset? WatchedSince { get; private set; }

    /// <summary>The guards of every write of the engine: it leads, and its machine's session lives.</summary>
    public IReadOnlyList<StoreCompare> Guards => Term is { } term && _session is { } session
        ? [StoreCompare.CreatedAt(_keys.Engine, term), StoreCompare.CreatedAt(session.Key, session.CreateRevision)]
        : throw new InvalidOperationException("Only a leader writes.");

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _request != 0 ? _deadline : _retryAt ?? _nextKeepAlive;

    /// <summary>Begins to follow who leads.</summary>
    public void Start()
    {
        _outbox.Add(new Effect.Follow(_keys.Engine));
        _outbox.Add(new Effect.Follow(_keys.Alive(_machine)));
    }

    /// <summary>Takes in news of the two keys that it follows.</summary>
    public void Followed(string prefix, StoreUpdate update, DateTimeOffset now)
    {
        if (prefix == _keys.Engine)
        {
            _leader = Latest(_leader, _keys.Engine, update);
            _seen |= update is StoreUpdate.Listed;
            WatchedSince = update is StoreUpdate.Interrupted ? null : WatchedSince ?? now;
        }
        else if (prefix == _keys.Alive(_machine))
        {
            _session = Latest(_session, prefix, update);
        }

        // It leads only while its key and its machine's session live.
        if (Term is { } term && (_leader?.CreateRevision != term || _session is null))
        {
            StepDown();
        }

        Campaign(now);
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        switch (answer)
        {
            case Event.LeaseGranted { Lease: var lease }:
                _lease = lease;
                Campaign(now);
                break;
            case Event.Committed { Commit: { Succeeded: true, Revision: var revision } }:
                Term = revision;
                _leader = new StoreEntry(_keys.Engine, "", revision, revision, 1, _lease);
                _nextKeepAlive = now + (_options.LeaderTimeToLive / 3);
                break;
            case Event.Committed:
                // Somebody else was first, or our own session has ended: the watch will tell, and this lease runs out.
                _lease = 0;
                _retryAt = now + _options.RetryDelay;
                break;
            case Event.LeaseKept when Term is null:
                // It was asked before this engine stepped down.
                break;
            case Event.LeaseKept { Alive: true }:
                _nextKeepAlive = now + (_options.LeaderTimeToLive / 3);
                break;
            case Event.LeaseKept:
                StepDown();
                Campaign(now);
                break;
            case Event.StoreFailed { Failure: var failure }:
                Failed(failure, now);
                break;
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (_request != 0 && _deadline <= now)
        {
            _request = 0;
            Failed(StoreFailure.Unavailable, now);
        }

        if (Term is not null && _request == 0 && _nextKeepAlive <= now)
        {
            _nextKeepAlive = null;
            _outbox.Add(new Effect.KeepAlive(Request(now), _lease));
        }

        if (_retryAt <= now)
        {
            _retryAt = null;
            Campaign(now);
        }
    }

    // News from before our own commit may arrive after its answer.
    private static StoreEntry? Latest(StoreEntry? known, string key, StoreUpdate update) => update switch
    {
        StoreUpdate.Listed { Listing: var listing, IsOtherHistory: var other } when other || listing.Revision >= (known?.ModRevision ?? 0) => listing.Entries.FirstOrDefault(entry => entry.Key == key),
        StoreUpdate.Changed { Events: var events } =>
            events.LastOrDefault(change => change.Key == key && change.Revision >= (known?.ModRevision ?? 0)) is { } last ? last.Entry : known,
        _ => known,
    };

    private long Request(DateTimeOffset now)
    {
        _deadline = now + _options.AnswerDeadline;
        return _request = _outbox.NextId();
    }

    private void Failed(StoreFailure failure, DateTimeOffset now)
    {
        if (Term is not null)
        {
            _nextKeepAlive = now + (_options.LeaderTimeToLive / 10);
            return;
        }

        // Whether a campaign won is unknown. If the key is ours, its lease shows it once the watch brings the key.
        _lease = failure == StoreFailure.LeaseNotFound ? 0 : _lease;
        _retryAt = now + _options.RetryDelay;
    }

    private void Campaign(DateTimeOffset now)
    {
        if (Term is not null || _request != 0 || _retryAt is not null || !_seen || _session is not { } session)
        {
            return;
        }

        if (_leader is { } leader)
        {
            // A campaign whose answer never came may have won.
            if (_lease != 0 && leader.Lease == _lease)
            {
                Term = leader.CreateRevision;
                _nextKeepAlive = now;
            }

            return;
        }

        if (_lease == 0)
        {
            _outbox.Add(new Effect.GrantLease(Request(now), _options.LeaderTimeToLive));
            return;
        }

        var record = new EngineRecord { Machine = _machine, Lease = _lease, Since = now };
        _outbox.Add(new Effect.Commit(
            Request(now),
            new StoreTransaction(
                [StoreCompare.Absent(_keys.Engine), StoreCompare.CreatedAt(session.Key, session.CreateRevision)],
                [new StoreWrite.Put(_keys.Engine, RecordCodec.Write(record), _lease)])));
    }

    private void StepDown()
    {
        Term = null;
        _lease = 0;
        _nextKeepAlive = null;
    }
}
