using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// One key of a unit as a backend of a service, followed while it is the unit's: a put that etcd carried out late is withdrawn again, what another has deleted
/// is put again, and a withdrawal whose answer was lost counts from when it happened.
/// </summary>
public sealed class BackendKey
{
    private readonly MachineContext _context;
    private bool _follows;

    /// <summary>Makes one.</summary>
    /// <param name="context">The machine.</param>
    /// <param name="service">The service.</param>
    /// <param name="key">The key.</param>
    /// <param name="mayExist">Whether an earlier agent may have put it.</param>
    public BackendKey(MachineContext context, string service, string key, bool mayExist)
    {
        _context = context;
        Service = service;
        Publication = new Publication(key, mayExist) { IsForThisVersion = true, IsFollowed = true };
    }

    /// <summary>The service.</summary>
    public string Service { get; }

    /// <summary>What the key holds and shall hold.</summary>
    public Publication Publication { get; }

    /// <summary>The revision at which it was withdrawn, 0 when nobody can have seen it; null while it is in the store or may be.</summary>
    public long? Withdrawn => Publication is { IsConfirmed: true, Published: null } ? Publication.WithdrawnAt : null;

    /// <summary>Where a unit's backend is. A global unit has one on every machine.</summary>
    public static string Of(MachineContext context, UnitDefinition unit)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(unit);
        return context.Keys.Backend(unit.HaWeb.Service!, unit.Fleet.IsGlobal ? $"{unit.Name.NameWithoutSuffix}/{context.MachineId}" : unit.Name.NameWithoutSuffix);
    }

    /// <summary>Follows it from now on.</summary>
    public void Follow()
    {
        if (!_follows)
        {
            _follows = true;
            _context.Subscriptions.Add(Publication.Key);
        }
    }

    /// <summary>Follows it no longer.</summary>
    public void End()
    {
        if (_follows)
        {
            _follows = false;
            _context.Subscriptions.Remove(Publication.Key);
        }
    }

    /// <summary>News of a prefix.</summary>
    public void Followed(string prefix, StoreUpdate update)
    {
        if (prefix != Publication.Key)
        {
            return;
        }

        switch (update)
        {
            case StoreUpdate.Listed listed:
                if (listed.IsOtherHistory)
                {
                    Publication.Restart();
                }

                // The key is a prefix of others.
                var entry = listed.Listing.Entries.FirstOrDefault(entry => entry.Key == Publication.Key);
                Publication.Saw(entry, entry?.ModRevision ?? listed.Listing.Revision, isChange: entry is not null);
                break;
            case StoreUpdate.Changed { Events: var events }:
                foreach (var one in events.Where(one => one.Key == Publication.Key))
                {
                    Publication.Saw(one.Entry, one.Revision, isChange: true);
                }

                break;
        }
    }
}
