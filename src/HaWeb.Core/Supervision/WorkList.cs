using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Supervision;

/// <summary>A machine's work list as the store has it, and what an earlier agent of this machine said of its units.</summary>
public sealed class WorkList
{
    private readonly MachineContext _context;
    private readonly ClusterState _state;
    private readonly string _statusPrefix;
    private bool _listed;
    private bool _changed;
    private bool _statusKnown;
    private bool _leftoversTaken;
    private long _request;
    private DateTimeOffset? _statusAt;

    // After a gap: what is listed then, which the follower has not told of yet.
    private StoreListing? _gap;
    private long _gapRequest;
    private DateTimeOffset? _gapAt;
    private long _seen;

    /// <summary>Makes one that knows nothing yet.</summary>
    public WorkList(MachineContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _state = new ClusterState(context.Keys);
        _statusPrefix = context.Keys.Status(context.MachineId, "");
        Prefix = context.Keys.PlacementsOf(context.MachineId);
    }

    /// <summary>The prefix that it follows.</summary>
    public string Prefix { get; }

    /// <summary>Whether it was read at least once.</summary>
    public bool IsKnown => _listed && _statusKnown;

    /// <summary>
    /// Whether it is followed without a gap just now, and everything is read that changed in the last one: only then may the machine write (PROTOCOL.md
    /// section 2).
    /// </summary>
    public bool IsCurrent { get; private set; }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => Earliest.Of(_statusAt, _gapAt);

    /// <summary>The entries, by unit.</summary>
    public IEnumerable<KeyValuePair<string, Versioned<PlacementRecord>>> Entries => _state.Placements[_context.MachineId].Entries;

    /// <summary>Whether a unit has an entry. One that does not parse is one: it stops nothing.</summary>
    public bool Has(string unit) =>
        _state.Placements[_context.MachineId].Contains(unit) || _state.Malformed.ContainsKey(_context.Keys.Placement(_context.MachineId, unit));

    /// <summary>What an earlier agent said of a unit, or null.</summary>
    public StatusRecord? Earlier(string unit) => _state.Status[_context.MachineId, unit]?.Value;

    /// <summary>The units of which an earlier agent said something; none at a second call.</summary>
    public IReadOnlyList<string> TakeLeftovers()
    {
        var units = _leftoversTaken ? [] : _state.Status[_context.MachineId].Names.ToList();
        _leftoversTaken = true;
        return units;
    }

    /// <summary>Whether it has changed since the last call.</summary>
    public bool TakeChanged()
    {
        var changed = _changed;
        _changed = false;
        return changed;
    }

    /// <summary>Begins to read.</summary>
    public void Start(DateTimeOffset now)
    {
        AskForStatus(now);
        _context.Outbox.Add(new Effect.Follow(Prefix));
    }

    /// <summary>Takes in news.</summary>
    public void Followed(StoreUpdate update, DateTimeOffset now)
    {
        _state.Apply(Prefix, update);
        _changed = true;
        switch (update)
        {
            case StoreUpdate.Listed { Listing.Revision: var revision }:
                _listed = true;
                _seen = revision;
                EndGap();
                break;
            case StoreUpdate.Changed { Events: [.., { Revision: var revision }] }:
                _seen = revision;
                CloseGap();
                break;
            case StoreUpdate.Interrupted:
                EndGap();
                IsCurrent = false;
                break;
            case StoreUpdate.Resumed:
                // Where following goes on is not where the store is: what changed in the gap is still to come.
                AskForGap(now);
                break;
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id == _gapRequest && _gapRequest != 0)
        {
            _gapRequest = 0;
            _gap = (answer as Event.Listed)?.Listing;
            _gapAt = _gap is null ? now + _context.Options.RetryDelay : null;
            CloseGap();
            return true;
        }

        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        if (answer is Event.Listed { Listing: var listing })
        {
            _state.Apply(_statusPrefix, new StoreUpdate.Listed(listing));
            _statusKnown = true;
            _statusAt = null;
            _changed = true;
        }
        else
        {
            _statusAt = now + _context.Options.RetryDelay;
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (_statusAt <= now)
        {
            AskForStatus(now);
        }

        if (_gapAt <= now)
        {
            AskForGap(now);
        }
    }

    private void AskForGap(DateTimeOffset now)
    {
        _gapAt = now + _context.Options.AnswerDeadline;
        _context.Outbox.Add(new Effect.List(_gapRequest = _context.Outbox.NextId(), Prefix));
    }

    /// <summary>Looks whether the follower has told of everything that was listed after the gap.</summary>
    private void CloseGap()
    {
        if (_gap is not { } listing || listing.Entries.Any(entry => entry.ModRevision > _seen))
        {
            return;
        }

        var listed = listing.Entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        if (Entries.All(entry => entry.Value.ModRevision > listing.Revision || listed.Contains(_context.Keys.Placement(_context.MachineId, entry.Key))))
        {
            EndGap();
        }
    }

    private void EndGap()
    {
        _gap = null;
        _gapRequest = 0;
        _gapAt = null;
        IsCurrent = true;
    }

    private void AskForStatus(DateTimeOffset now)
    {
        _statusAt = now + _context.Options.AnswerDeadline;
        _context.Outbox.Add(new Effect.List(_request = _context.Outbox.NextId(), _statusPrefix));
    }
}
