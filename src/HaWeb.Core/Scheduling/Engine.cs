using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// The leader's state machine: makes the work lists of the machines say what operators want. Every agent runs one; it acts while it leads. It plans on
/// what it has seen, commits, and plans again only when it has seen its own commits, so that nothing is placed twice and no rule is judged on old news.
/// </summary>
public sealed class Engine : IStateMachine
{
    private readonly Outbox _outbox = new();
    private readonly ClusterKeys _keys;
    private readonly string _machine;
    private readonly EngineOptions _options;
    private readonly Leadership _leadership;
    private readonly SortedDictionary<long, PlanStep> _underWay = [];
    private ClusterState _state;
    private LossDetector _losses;
    private PlacementView _view;
    private long _followedTerm;
    private bool _connected;
    private bool _dirty;
    private long _waitForRevision;
    private DateTimeOffset? _retryAt;
    private DateTimeOffset? _nextProof;
    private DateTimeOffset _deadline;
    private string? _announcedHold;
    private string? _sentHold;
    private long _announcement;
    private long _fence;
    private bool _mustFence;

    /// <summary>Makes the engine of a machine's agent.</summary>
    /// <param name="keys">The layout of the store.</param>
    /// <param name="machine">The machine's id.</param>
    /// <param name="options">Its times.</param>
    public Engine(ClusterKeys keys, string machine, EngineOptions options)
    {
        _keys = keys;
        _machine = machine;
        _options = options;
        _leadership = new Leadership(_outbox, keys, machine, options);
        _state = new ClusterState(keys);
        _losses = new LossDetector(options.GapTolerance);
        _view = new PlacementView(_state);
    }

    /// <summary>Whether it leads.</summary>
    public bool Leads => _leadership.Term is not null;

    /// <summary>Whether it waits for a time that an operator has set: that an instance stays healthy for so long, or becomes so.</summary>
    public bool WaitsForUpdate => Leads && _view.Agenda.UpdatesAt is not null;

    /// <inheritdoc/>
    public IReadOnlyList<Effect> Step(Event happened, DateTimeOffset now)
    {
        switch (happened)
        {
            case Event.Started:
                _leadership.Start();
                break;
            case Event.Woke:
                _leadership.Woke(now);
                GiveUpWaiting(now);
                break;
            case Event.Followed { Prefix: var prefix, Update: var update } when prefix == _keys.Root:
                Follow(update, now);
                break;
            case Event.Followed { Prefix: var prefix, Update: var update }:
                _leadership.Followed(prefix, update, now);
                break;
            case Event.Answer answer when _leadership.Answer(answer, now):
                if (answer is not Event.StoreFailed)
                {
                    _losses.Contact(now);
                }

                break;
            case Event.Answer answer:
                Answered(answer, now);
                break;
        }

        ChangeRole();
        Plan(now);
        if (NextWake(now) is { } wake)
        {
            _outbox.Add(new Effect.WakeAt(wake));
        }

        return _outbox.Take();
    }

    private void ChangeRole()
    {
        var term = _leadership.Term ?? 0;
        if (term == _followedTerm)
        {
            return;
        }

        if (_followedTerm != 0)
        {
            _outbox.Add(new Effect.Unfollow(_keys.Root));
            _outbox.Add(new Effect.Report(ReportSeverity.Information, _machine, "no longer leads the cluster"));
        }

        // A new term judges everything afresh: what an earlier one knew may be old.
        _followedTerm = term;
        _state = new ClusterState(_keys);
        _losses = new LossDetector(_options.GapTolerance, _leadership.WatchedSince);
        _view = new PlacementView(_state);
        _underWay.Clear();
        _connected = false;
        _dirty = false;
        _waitForRevision = 0;
        _retryAt = null;
        _announcedHold = null;
        _announcement = 0;
        _fence = term;
        _mustFence = false;
        if (term != 0)
        {
            _outbox.Add(new Effect.Follow(_keys.Root));
            _outbox.Add(new Effect.Report(ReportSeverity.Information, _machine, "leads the cluster"));
        }
    }

    private void Follow(StoreUpdate update, DateTimeOffset now)
    {
        if (_followedTerm == 0)
        {
            return;
        }

        if (update is StoreUpdate.Interrupted)
        {
            _connected = false;
            _losses.Interrupted();
            _view.Trials.Clear();
            _view.Strandings.Clear();
            return;
        }

        if (update is StoreUpdate.Listed { IsOtherHistory: true })
        {
            _waitForRevision = 0;
            _underWay.Clear();
        }

        _losses.Connected(now);
        _losses.Contact(now);
        _connected = true;
        _dirty = true;
        var listed = update is StoreUpdate.Listed;
        var resumed = listed;
        foreach (var key in _state.Apply(_keys.Root, update))
        {
            _view.Changed(key);
            resumed |= key.Table == ClusterTable.Resume;
            if (key.Table == ClusterTable.Sessions)
            {
                Session(key.Name, seen: !listed, now);
            }
            else if (key.Table == ClusterTable.Machines && !_state.Machines.Contains(key.Name))
            {
                _losses.Forget(key.Name, now);
            }
        }

        if (listed)
        {
            // Those that were gone before this engine looked: only the ones that still have units to lose.
            foreach (var machine in _view.Silent.Where(machine => !_state.Placements[machine].Names.All(_view.IsGlobal)))
            {
                Session(machine, seen: false, now);
            }
        }

        if (resumed && _state.Resume is { } resume)
        {
            _losses.Release(resume.Value.Machines, now);
        }
    }

    private void Session(string machine, bool seen, DateTimeOffset now)
    {
        if (_state.Sessions.Contains(machine) || _state.Malformed.ContainsKey(_keys.Alive(machine)))
        {
            _losses.Present(machine, now);
        }
        else
        {
            var seconds = _state.Machines[machine]?.Value.LeaseSeconds ?? 10;
            _losses.Absent(machine, seen, TimeSpan.FromSeconds(seconds), now);
        }
    }

    private void Answered(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id == _announcement && _announcement != 0)
        {
            Announced(answer, now);
            return;
        }

        if (!_underWay.Remove(answer.Id, out var step))
        {
            return;
        }

        if (answer is Event.Committed { Commit: { Succeeded: true, Revision: var revision } })
        {
            _waitForRevision = Math.Max(_waitForRevision, revision);
            _outbox.Add(new Effect.Report(ReportSeverity.Information, step.Unit, step.Reason));
        }
        else
        {
            // Not committed, or not known to be: the view shows what there is, and the next pass decides again.
            _view.Retry(step.Unit);
            _dirty = true;
            _retryAt = now + (answer is Event.Committed ? _options.RefusalDelay : _options.RetryDelay);
            _mustFence |= answer is not Event.Committed;
            _waitForRevision = answer is Event.Committed { Commit.Revision: var seen } ? Math.Max(_waitForRevision, seen) : _waitForRevision;
            if (answer is Event.StoreFailed { Failure: not StoreFailure.Unavailable, Message: var message })
            {
                _outbox.Add(new Effect.Report(ReportSeverity.Error, step.Unit, message));
            }
        }
    }

    private void GiveUpWaiting(DateTimeOffset now)
    {
        if (_underWay.Count > 0 && _deadline <= now)
        {
            foreach (var step in _underWay.Values)
            {
                _view.Retry(step.Unit);
            }

            _underWay.Clear();
            _dirty = true;
            _mustFence = true;
        }

        if (_announcement != 0 && _deadline <= now)
        {
            _announcement = 0;
            _dirty = true;
            _mustFence = true;
        }
    }

    private void Plan(DateTimeOffset now)
    {
        if (_retryAt <= now)
        {
            _retryAt = null;
        }

        var due = _dirty || _nextProof <= now || _view.Agenda.RetryAt <= now || _view.Agenda.UpdatesAt <= now || _view.Strandings.LookAt <= now;
        _nextProof = _losses.NextProof(now);
        if (_leadership.Term is not { } term || !due || !_connected || _underWay.Count > 0 || _announcement != 0 || _retryAt is not null
            || _state.Revision < _waitForRevision || !_state.Sessions.Contains(_machine))
        {
            return;
        }

        if (Announce(term, now))
        {
            return;
        }

        _dirty = false;
        foreach (var step in new PlacementPass(_state, _view, _losses, now).Steps(_options.StepsPerPass))
        {
            var id = _outbox.NextId();
            var guarded = new StoreTransaction([StoreCompare.ModifiedAt(_keys.Engine, _fence), .. _leadership.Guards, .. step.Transaction.Compares], step.Transaction.Writes);
            _outbox.Add(new Effect.Commit(id, guarded));
            _underWay.Add(id, step);
        }

        if (_underWay.Count > 0)
        {
            // There may be more to do than one pass takes.
            _dirty = true;
            _deadline = now + _options.AnswerDeadline;
        }
    }

    /// <summary>
    /// Says in the leader's key what it holds. It also writes that key when the outcome of a commit is unknown: every commit compares the key's revision, so
    /// one that is still on its way can then happen no more.
    /// </summary>
    /// <returns>Whether it has to be waited for.</returns>
    private bool Announce(long term, DateTimeOffset now)
    {
        var hold = _losses.Holding.Count == 0
            ? null
            : $"{_losses.Holding.Count} machines vanished together ({string.Join(", ", _losses.Holding)}): nothing is re-placed until they return, are removed, or an operator resumes";
        if ((hold == _announcedHold && !_mustFence) || _state.Engine is not { } engine)
        {
            return false;
        }

        _sentHold = hold;
        _announcement = _outbox.NextId();
        _deadline = now + _options.AnswerDeadline;
        _outbox.Add(new Effect.Commit(
            _announcement,
            new StoreTransaction(
                [StoreCompare.CreatedAt(_keys.Engine, term)],
                [new StoreWrite.Put(_keys.Engine, RecordCodec.Write(engine.Value with { Holding = hold, HoldingMachines = [.. _losses.Holding] }), engine.Lease)])));
        return true;
    }

    private void Announced(Event.Answer answer, DateTimeOffset now)
    {
        _announcement = 0;
        _dirty = true;
        if (answer is not Event.Committed { Commit: { Succeeded: true, Revision: var revision } })
        {
            _retryAt = now + _options.RetryDelay;
            return;
        }

        _fence = revision;
        _mustFence = false;
        _waitForRevision = Math.Max(_waitForRevision, revision);
        if (_announcedHold != _sentHold)
        {
            _announcedHold = _sentHold;
            _outbox.Add(new Effect.Report(_sentHold is null ? ReportSeverity.Information : ReportSeverity.Error, "cluster", _sentHold ?? "the hold has ended"));
        }
    }

    private DateTimeOffset? NextWake(DateTimeOffset now)
    {
        var deadline = _underWay.Count > 0 || _announcement != 0 ? _deadline : (DateTimeOffset?)null;
        return Leads
            ? Earliest.Of(_leadership.NextWake, _losses.NextProof(now), _view.Agenda.RetryAt > now ? _view.Agenda.RetryAt : null, _view.Agenda.UpdatesAt > now ? _view.Agenda.UpdatesAt : null, _view.Strandings.LookAt > now ? _view.Strandings.LookAt : null, _retryAt, deadline)
            : Earliest.Of(_leadership.NextWake, _retryAt, deadline);
    }
}
