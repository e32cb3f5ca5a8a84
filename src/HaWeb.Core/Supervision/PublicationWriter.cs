using HaWeb.Core.Effects;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Supervision;

/// <summary>
/// Commits what the units keep in the store, under the guards of PROTOCOL.md section 2. A refusal says only that some guard did not hold: then the key is
/// read, so that nothing counts as withdrawn that may still be there, nothing is put again that is there already, and no key of another is touched.
/// </summary>
public sealed class PublicationWriter
{
    private static readonly TimeSpan ForeignKeyDelay = TimeSpan.FromSeconds(5);

    private readonly MachineContext _context;
    private readonly MachineSession _session;
    private readonly SortedDictionary<long, Write> _underWay = [];
    private long _generation;

    /// <summary>Makes one for a machine's session.</summary>
    public PublicationWriter(MachineContext context, MachineSession session)
    {
        _context = context;
        _session = session;
    }

    /// <summary>When it has to be woken.</summary>
    public DateTimeOffset? NextWake => _underWay.Count == 0 ? null : _underWay.Values.Min(write => write.Deadline);

    private StoreCompare SessionGuard => StoreCompare.CreatedAt(_context.Keys.Alive(_context.MachineId), _session.Generation);

    /// <summary>Sends what is due.</summary>
    /// <param name="units">The machine's units.</param>
    /// <param name="hasEntry">Whether the work list has a unit: of one that it has not, nothing is put.</param>
    /// <param name="now">The time.</param>
    /// <returns>When the next one is due that has to wait, or null.</returns>
    public DateTimeOffset? Send(IReadOnlyCollection<ISupervisedUnit> units, Predicate<string> hasEntry, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(hasEntry);
        if (_session.Generation != _generation)
        {
            // The keys of an earlier session went with it.
            _generation = _session.Generation;
            Forget(units);
        }

        DateTimeOffset? next = null;
        foreach (var unit in units)
        {
            foreach (var publication in unit.Publications.Where(publication => publication.IsDue && (publication.Desired is null || (unit.Placement is not null && hasEntry(unit.Unit.FullName)))))
            {
                if (publication.NotBefore > now)
                {
                    next = Earliest.Of(next, publication.NotBefore);
                    continue;
                }

                var id = _context.Outbox.NextId();
                publication.Send(id, _session.Lease);
                _underWay.Add(id, new Write(unit, publication, now + _context.Options.AnswerDeadline));
                _context.Outbox.Add(new Effect.Commit(id, Transaction(unit, publication)));
            }
        }

        return next;
    }

    /// <summary>What is known of the store holds no longer: it was restored, or the session is another one.</summary>
    public void Forget(IEnumerable<ISupervisedUnit> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        _underWay.Clear();
        foreach (var publication in units.SelectMany(unit => unit.Publications))
        {
            publication.Forget();
        }
    }

    /// <summary>Takes in an answer; false when it is not one of its own.</summary>
    public bool Answer(Event.Answer answer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (!_underWay.Remove(answer.Id, out var write))
        {
            return false;
        }

        switch (answer)
        {
            case Event.Committed { Commit: { Succeeded: true, Revision: var revision } }:
                write.Publication.Confirm(revision);
                write.Unit.Confirmed(now);
                break;
            case Event.Committed:
                Look(write, now);
                _session.Doubt(now);
                break;
            case Event.Listed { Listing: var listing }:
                Found(write, listing, now);
                write.Unit.Confirmed(now);
                break;
            default:
                write.Publication.Forget();
                write.Publication.NotBefore = now + _context.Options.RetryDelay;
                break;
        }

        return true;
    }

    /// <summary>Time has passed.</summary>
    public void Woke(DateTimeOffset now)
    {
        foreach (var (id, write) in _underWay.Where(write => write.Value.Deadline <= now).ToList())
        {
            _underWay.Remove(id);
            write.Publication.Forget();
        }
    }

    private StoreTransaction Transaction(ISupervisedUnit unit, Publication publication)
    {
        var key = publication.Key;
        if (publication.Desired is not { } value)
        {
            return new StoreTransaction([SessionGuard, StoreCompare.LeasedBy(key, _session.Lease)], [new StoreWrite.Delete(key)]);
        }

        var entry = _context.Keys.Placement(_context.MachineId, unit.Unit.FullName);
        return new StoreTransaction(
            [
                SessionGuard,
                publication.IsForThisVersion ? StoreCompare.ModifiedAt(entry, unit.Placement!.ModRevision) : StoreCompare.CreatedAt(entry, unit.Placement!.CreateRevision),
                publication.Published is null ? StoreCompare.Absent(key) : StoreCompare.LeasedBy(key, _session.Lease),
            ],
            [new StoreWrite.Put(key, value, _session.Lease)]);
    }

    private void Look(Write write, DateTimeOffset now)
    {
        var id = _context.Outbox.NextId();
        _underWay.Add(id, write with { Deadline = now + _context.Options.AnswerDeadline });
        _context.Outbox.Add(new Effect.List(id, write.Publication.Key));
    }

    private void Found(Write write, StoreListing listing, DateTimeOffset now)
    {
        var publication = write.Publication;
        var entry = listing.Entries.FirstOrDefault(entry => entry.Key == publication.Key);
        if (entry is null || entry.Lease == _session.Lease)
        {
            var refusedAlready = publication.Published == entry?.Value;
            publication.Learn(entry?.Value, entry?.ModRevision ?? listing.Revision);
            if (!publication.IsConfirmed && refusedAlready)
            {
                // Not this key's guard but the session's or the entry's: the watches and the session's own look will say so.
                publication.NotBefore = now + _context.Options.RetryDelay;
            }
        }
        else if (publication.Desired is null)
        {
            publication.Learn(null, listing.Revision);
        }
        else
        {
            if (!publication.IsForeign)
            {
                _context.Outbox.Add(new Effect.Report(
                    ReportSeverity.Error,
                    write.Unit.Unit.FullName,
                    $"cannot write {publication.Key}: {(entry.Lease == 0 ? "it was registered by hand" : "it belongs to another session")}"));
            }

            publication.Block(listing.Revision);
            publication.NotBefore = publication.IsFollowed ? now : now + ForeignKeyDelay;
        }
    }

    private sealed record Write(ISupervisedUnit Unit, Publication Publication, DateTimeOffset Deadline);
}
