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

    /// <summary>Whether it is followed without a gap just now: only then may the machine write (PROTOCOL.md section 2).</summary>
    public bool IsCurrent { get; private set; }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake { get; private set; }

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
    public void Followed(StoreUpdate update)
    {
        _listed |= update is StoreUpdate.Listed;
        IsCurrent = update is not StoreUpdate.Interrupted;
        _state.Apply(Prefix, update);
        _changed = true;
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        if (answer is Event.Listed { Listing: var listing })
        {
            _state.Apply(_statusPrefix, new StoreUpdate.Listed(listing));
            _statusKnown = true;
            NextWake = null;
            _changed = true;
        }
        else
        {
            NextWake = now + _context.Options.RetryDelay;
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        if (NextWake <= now)
        {
            AskForStatus(now);
        }
    }

    private void AskForStatus(DateTimeOffset now)
    {
        NextWake = now + _context.Options.AnswerDeadline;
        _context.Outbox.Add(new Effect.List(_request = _context.Outbox.NextId(), _statusPrefix));
    }
}
