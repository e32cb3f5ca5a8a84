using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Supervision;

/// <summary>
/// A machine's session (PROTOCOL.md section 2): one lease that carries all of the machine's keys. The lease of an earlier agent of this machine is
/// taken over; a new one is granted only when the store says that the old one is gone. Nothing is withdrawn when an agent ends.
/// </summary>
public sealed class MachineSession
{
    private readonly Outbox _outbox;
    private readonly ClusterKeys _keys;
    private readonly SupervisorOptions _options;
    private readonly string _bootId;
    private Phase _phase;
    private long _request;
    private DateTimeOffset _deadline;
    private DateTimeOffset? _actAt;
    private DateTimeOffset _renewAt;
    private DateTimeOffset _sentAt;
    private DateTimeOffset _acknowledged;
    private StoreEntry? _found;
    private TimeSpan? _remaining;
    private int _rises;
    private MachineRecord _machine;
    private MachineRecord? _written;

    /// <summary>Makes one.</summary>
    /// <param name="outbox">The effects of the machine.</param>
    /// <param name="keys">The layout of the store.</param>
    /// <param name="machine">Who the machine is.</param>
    /// <param name="bootId">The kernel's boot id.</param>
    /// <param name="options">Its times.</param>
    public MachineSession(Outbox outbox, ClusterKeys keys, MachineRecord machine, string bootId, SupervisorOptions options)
    {
        _outbox = outbox;
        _keys = keys;
        _machine = machine;
        _bootId = bootId;
        _options = options;
    }

    private enum Phase
    {
        Stopped,
        Finding,
        Comparing,
        Renewing,
        Granting,
        Registering,
        Live,
        Refused,
    }

    /// <summary>The lease, or 0 before there is one.</summary>
    public long Lease { get; private set; }

    /// <summary>The create revision of the <c>alive</c> key, which guards every write; 0 while there is no session.</summary>
    public long Generation { get; private set; }

    /// <summary>Whether the session is registered, as far as is known.</summary>
    public bool IsLive => _phase == Phase.Live;

    /// <summary>Why this agent may not run: another agent holds this machine's id; null otherwise.</summary>
    public string? Refusal { get; private set; }

    /// <summary>
    /// From when on the machine's lease may have expired, and others may have its units: one time to live after the last keep-alive that was acknowledged was
    /// sent. An agent that has just begun counts from its own start.
    /// </summary>
    public DateTimeOffset IsolatedAt => _acknowledged + _options.TimeToLive;

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _request != 0 ? _deadline : _actAt;

    private string Machine => _machine.Id;

    /// <summary>Begins by looking for the session of an earlier agent.</summary>
    public void Start(DateTimeOffset now)
    {
        _acknowledged = now;
        Find(now);
    }

    /// <summary>Changes what the machine says of itself; it is written when the session lives.</summary>
    public void Describe(Func<MachineRecord, MachineRecord> change, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(change);
        _machine = change(_machine);
        if (IsLive && _written != _machine)
        {
            _actAt = now;
        }
    }

    /// <summary>A guarded write was refused: looks whether the session is still what it was.</summary>
    public void Doubt(DateTimeOffset now)
    {
        if (IsLive && _request == 0)
        {
            Find(now);
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
        _acknowledged = answer switch
        {
            Event.LeaseKept { Alive: true, SentAt: var sent } => sent,
            Event.LeaseGranted => _sentAt,
            _ => _acknowledged,
        };
        switch (answer, _phase)
        {
            case (Event.StoreFailed { Failure: StoreFailure.LeaseNotFound }, _):
                Lease = 0;
                Find(now);
                break;
            case (Event.StoreFailed, _):
                _written = null;
                _actAt = now + _options.RetryDelay;
                break;
            case (Event.Listed { Listing: var listing }, Phase.Finding):
                Found(listing, now);
                break;
            case (Event.LeaseRemains { Remaining: var remaining }, Phase.Comparing):
                Compare(remaining, now);
                break;
            case (Event.LeaseKept { Alive: true }, Phase.Renewing):
                Register(now);
                break;
            case (Event.LeaseGranted { Lease: var lease }, _):
                Lease = lease;
                Register(now);
                break;
            case (Event.Committed { Commit: { Succeeded: true, Revision: var revision } }, Phase.Registering):
                _phase = Phase.Live;
                Generation = _found is { } found && found.Lease == Lease ? found.CreateRevision : revision;
                Next(now + (_options.TimeToLive / 3), now);
                break;
            case (Event.LeaseKept { Alive: true, SentAt: var sentAt }, Phase.Live):
                Next(sentAt + (_options.TimeToLive / 3), now);
                break;
            case (Event.Committed { Commit.Succeeded: true }, Phase.Live):
                Next(_renewAt, now);
                break;
            default:
                // The lease is gone, or the alive key is not what it was: look again.
                Generation = 0;
                Lease = answer is Event.LeaseKept ? 0 : Lease;
                Find(now);
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
            _actAt = now;
        }

        if (_request != 0 || !(_actAt <= now))
        {
            return;
        }

        _actAt = null;
        switch (_phase)
        {
            case Phase.Live when _written != _machine && now < _renewAt:
                Write(now);
                break;
            case Phase.Live or Phase.Renewing:
                // One that gets no answer must not cost the lease: it is sent again while there is time.
                _outbox.Add(new Effect.KeepAlive(Request(now), Lease));
                _deadline = now + Min(_options.AnswerDeadline, _options.TimeToLive / 5);
                break;
            case Phase.Comparing:
                _outbox.Add(new Effect.QueryLease(Request(now), _found!.Lease));
                break;
            case Phase.Granting:
                _outbox.Add(new Effect.GrantLease(Request(now), _options.TimeToLive));
                break;
            case Phase.Finding or Phase.Registering:
                Find(now);
                break;
        }
    }

    private void Find(DateTimeOffset now)
    {
        _phase = Phase.Finding;
        _outbox.Add(new Effect.List(Request(now), _keys.Alive(Machine)));
    }

    private void Found(StoreListing listing, DateTimeOffset now)
    {
        _found = listing.Entries.FirstOrDefault(entry => entry.Key == _keys.Alive(Machine));
        var session = _found is null ? null : RecordCodec.TryRead<SessionRecord>(_found.Value, out _);
        if (Generation != 0 && _found?.CreateRevision == Generation && _found.Lease == Lease)
        {
            _phase = Phase.Live;
            Next(_renewAt, now);
        }
        else if (_found is null && Lease != 0)
        {
            // The key is gone, and the lease may not be.
            _phase = Phase.Renewing;
            _actAt = now;
        }
        else if (_found is null)
        {
            Grant(now);
        }
        else if (_found.Lease == Lease || session?.BootId == _bootId)
        {
            // Our own, or that of an agent that ran on this machine before us.
            Lease = _found.Lease;
            _phase = Phase.Renewing;
            _actAt = now;
        }
        else
        {
            _remaining = null;
            _rises = 0;
            _phase = Phase.Comparing;
            _actAt = now;
        }

        Woke(now);
    }

    /// <summary>The session is of another boot: whoever renews it is another machine with this id; if nobody does, it runs out.</summary>
    private void Compare(TimeSpan? remaining, DateTimeOffset now)
    {
        if (remaining is not { } left)
        {
            Find(now);
            return;
        }

        // An election of etcd's renews every lease once; an agent does so again and again.
        if (_remaining is { } before && left > before && ++_rises > 1)
        {
            _phase = Phase.Refused;
            Refusal = $"an agent with the machine id {Machine} is alive elsewhere: give this machine an id of its own (-Id, or /etc/machine-id)";
            _outbox.Add(new Effect.Report(ReportSeverity.Error, Machine, Refusal));
            return;
        }

        _remaining = left;
        _actAt = now + TimeSpan.FromSeconds(1);
    }

    private void Grant(DateTimeOffset now)
    {
        _phase = Phase.Granting;
        _actAt = now;
    }

    private void Register(DateTimeOffset now)
    {
        _phase = Phase.Registering;
        _written = _machine;
        var alive = _keys.Alive(Machine);
        var identity = new StoreWrite.Put(_keys.Machine(Machine), RecordCodec.Write(_machine with { LastSeen = now }));
        var session = new SessionRecord { BootId = _bootId, Lease = Lease, Since = now };
        var transaction = _found is { } found && found.Lease == Lease
            ? new StoreTransaction([StoreCompare.CreatedAt(alive, found.CreateRevision), StoreCompare.LeasedBy(alive, Lease)], [identity])
            : new StoreTransaction([StoreCompare.Absent(alive)], [identity, new StoreWrite.Put(alive, RecordCodec.Write(session), Lease)]);
        _outbox.Add(new Effect.Commit(Request(now), transaction));
    }

    private void Next(DateTimeOffset renewAt, DateTimeOffset now)
    {
        _renewAt = renewAt;
        _actAt = _written == _machine ? renewAt : now;
    }

    private void Write(DateTimeOffset now)
    {
        _written = _machine;
        _outbox.Add(new Effect.Commit(
            Request(now),
            new StoreTransaction(
                [StoreCompare.CreatedAt(_keys.Alive(Machine), Generation)],
                [new StoreWrite.Put(_keys.Machine(Machine), RecordCodec.Write(_machine with { LastSeen = now }))])));
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private long Request(DateTimeOffset now)
    {
        _sentAt = now;
        _deadline = now + _options.AnswerDeadline;
        return _request = _outbox.NextId();
    }
}
