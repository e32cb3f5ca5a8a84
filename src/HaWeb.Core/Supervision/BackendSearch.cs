using HaWeb.Core.Cluster;
using HaWeb.Core.Effects;

namespace HaWeb.Core.Supervision;

/// <summary>Finds the keys that an earlier agent put for a unit whose file cannot be read, so that nothing else says what it serves.</summary>
public sealed class BackendSearch
{
    private readonly MachineContext _context;
    private readonly string _name;
    private long _request;

    /// <summary>Makes one and asks.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="name">The unit without suffix.</param>
    /// <param name="now">The time.</param>
    public BackendSearch(MachineContext context, string name, DateTimeOffset now)
    {
        _context = context;
        _name = name;
        Ask(now);
    }

    /// <summary>The services and keys; null until the store has said.</summary>
    public IReadOnlyList<(string Service, string Key)>? Found { get; private set; }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake { get; private set; }

    /// <summary>Takes in an answer; false when it is not its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Id != _request || _request == 0)
        {
            return false;
        }

        _request = 0;
        NextWake = null;
        if (answer is Event.Listed { Listing: var listing })
        {
            // What was registered by hand has no lease; what another session put is left alone by the guard of every deletion.
            Found =
            [
                .. from entry in listing.Entries
                   where entry.Lease != 0 && _context.Keys.Parse(entry.Key) is { Table: ClusterTable.Backends } key
                       && (key.Item == _name || key.Item == $"{_name}/{_context.MachineId}")
                   select (_context.Keys.Parse(entry.Key)!.Value.Name, entry.Key),
            ];
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
            Ask(now);
        }
    }

    private void Ask(DateTimeOffset now)
    {
        NextWake = now + _context.Options.AnswerDeadline;
        _context.Outbox.Add(new Effect.List(_request = _context.Outbox.NextId(), _context.Keys.ServicesRoot));
    }
}
