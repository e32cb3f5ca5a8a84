using HaWeb.Core.Discovery;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Cluster;

/// <summary>
/// The store's content, typed: what every decision and every view reads. It is fed the updates of the followed prefixes, or one listing.
/// A value that does not parse stands in <see cref="Malformed"/>, keeps its key occupied, and stops nothing else.
/// </summary>
public sealed class ClusterState
{
    private readonly SortedDictionary<string, StoreEntry> _raw = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _malformed = new(StringComparer.Ordinal);

    /// <summary>Makes an empty one.</summary>
    /// <param name="keys">The layout.</param>
    public ClusterState(ClusterKeys keys) => Keys = keys;

    /// <summary>The layout of the keys.</summary>
    public ClusterKeys Keys { get; }

    /// <summary>The last store revision taken in.</summary>
    public long Revision { get; private set; }

    /// <summary>The cluster's id, or null before the first agent or import made it.</summary>
    public Versioned<ClusterRecord>? Cluster { get; private set; }

    /// <summary>The leader, or null.</summary>
    public Versioned<EngineRecord>? Engine { get; private set; }

    /// <summary>The operator's word that ends a hold, or null.</summary>
    public Versioned<ResumeRecord>? Resume { get; private set; }

    /// <summary>Units and templates by name.</summary>
    public RecordTable<UnitRecord> Units { get; } = new();

    /// <summary>Unit files' texts by hash.</summary>
    public RecordTable<string> Files { get; } = new();

    /// <summary>Machines by id.</summary>
    public RecordTable<MachineRecord> Machines { get; } = new();

    /// <summary>Live sessions by machine.</summary>
    public RecordTable<SessionRecord> Sessions { get; } = new();

    /// <summary>The operator's metadata by machine.</summary>
    public RecordTable<MetadataRecord> Metadata { get; } = new();

    /// <summary>Cordons by machine.</summary>
    public RecordTable<CordonRecord> Cordons { get; } = new();

    /// <summary>Where units are placed, by unit.</summary>
    public RecordTable<PlacedRecord> Placed { get; } = new();

    /// <summary>Work lists: by machine, then unit.</summary>
    public ItemTable<PlacementRecord> Placements { get; } = new();

    /// <summary>States: by machine, then unit.</summary>
    public ItemTable<StatusRecord> Status { get; } = new();

    /// <summary>Balancers: by machine, then unit.</summary>
    public ItemTable<BalancerRecord> Balancers { get; } = new();

    /// <summary>Rolling updates by template.</summary>
    public RecordTable<UpdateRecord> Updates { get; } = new();

    /// <summary>Backends: by service, then instance.</summary>
    public ItemTable<Backend> Backends { get; } = new();

    /// <summary>Keys whose values do not parse, and why.</summary>
    public IReadOnlyDictionary<string, string> Malformed => _malformed;

    /// <summary>All entries of the layout as the store has them, in ordinal order of their keys.</summary>
    public IReadOnlyCollection<StoreEntry> Entries => _raw.Values;

    /// <summary>The entry of a key as the store has it, or null.</summary>
    public StoreEntry? Raw(string key) => _raw.GetValueOrDefault(key);

    /// <summary>Takes in an update of a prefix.</summary>
    /// <param name="prefix">The prefix that was followed or listed.</param>
    /// <param name="update">The update.</param>
    /// <returns>The keys that changed, in the order of the changes; for a listing in ordinal order.</returns>
    public IReadOnlyList<ClusterKey> Apply(string prefix, StoreUpdate update)
    {
        var changed = new List<ClusterKey>();
        switch (update)
        {
            case StoreUpdate.Listed { Listing: var listing }:
                Replace(prefix, listing, changed);
                Revision = listing.Revision;
                break;
            case StoreUpdate.Changed { Events: var events, Revision: var revision }:
                foreach (var one in events)
                {
                    Set(one.Key, one.Entry, changed);
                }

                Revision = Math.Max(Revision, revision);
                break;
        }

        return changed;
    }

    private void Replace(string prefix, StoreListing listing, List<ClusterKey> changed)
    {
        var listed = listing.Entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var gone = _raw.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && !listed.Contains(key)).ToList();
        foreach (var key in gone)
        {
            Set(key, null, changed);
        }

        foreach (var entry in listing.Entries)
        {
            if (_raw.GetValueOrDefault(entry.Key) != entry)
            {
                Set(entry.Key, entry, changed);
            }
        }
    }

    private void Set(string key, StoreEntry? entry, List<ClusterKey> changed)
    {
        if (Keys.Parse(key) is not { } parsed)
        {
            return;
        }

        if (entry is null)
        {
            _raw.Remove(key);
        }
        else
        {
            _raw[key] = entry;
        }

        _malformed.Remove(key);
        SetTyped(parsed, entry);
        changed.Add(parsed);
    }

    private void SetTyped(ClusterKey key, StoreEntry? entry)
    {
        switch (key.Table)
        {
            case ClusterTable.Cluster:
                Cluster = Single<ClusterRecord>(entry);
                break;
            case ClusterTable.Engine:
                Engine = Single<EngineRecord>(entry);
                break;
            case ClusterTable.Resume:
                Resume = Single<ResumeRecord>(entry);
                break;
            case ClusterTable.Units:
                Set(Units, key.Name, entry);
                break;
            case ClusterTable.Files:
                SetParsed(Files, key.Name, entry, entry?.Value);
                break;
            case ClusterTable.Machines:
                Set(Machines, key.Name, entry);
                break;
            case ClusterTable.Sessions:
                Set(Sessions, key.Name, entry);
                break;
            case ClusterTable.Metadata:
                Set(Metadata, key.Name, entry);
                break;
            case ClusterTable.Cordons:
                Set(Cordons, key.Name, entry);
                break;
            case ClusterTable.Placed:
                Set(Placed, key.Name, entry);
                break;
            case ClusterTable.Updates:
                Set(Updates, key.Name, entry);
                break;
            case ClusterTable.Placements:
                SetItem(Placements, key, entry, Read<PlacementRecord>(entry));
                break;
            case ClusterTable.Status:
                SetItem(Status, key, entry, Read<StatusRecord>(entry));
                break;
            case ClusterTable.Balancers:
                SetItem(Balancers, key, entry, Read<BalancerRecord>(entry));
                break;
            case ClusterTable.Backends:
                SetItem(Backends, key, entry, ReadBackend(entry));
                break;
        }
    }

    private void Set<T>(RecordTable<T> table, string name, StoreEntry? entry)
        where T : StoredRecord => SetParsed(table, name, entry, Read<T>(entry));

    private static void SetParsed<T>(RecordTable<T> table, string name, StoreEntry? entry, T? value)
        where T : class
    {
        if (entry is null || value is null)
        {
            table.Remove(name);
        }
        else
        {
            table.Set(name, value, entry);
        }
    }

    private static void SetItem<T>(ItemTable<T> table, ClusterKey key, StoreEntry? entry, T? value)
        where T : class
    {
        if (entry is null || value is null)
        {
            table.Remove(key.Name, key.Item);
        }
        else
        {
            table.Set(key.Name, key.Item, value, entry);
        }
    }

    private Versioned<T>? Single<T>(StoreEntry? entry)
        where T : StoredRecord =>
        Read<T>(entry) is { } value ? new Versioned<T>(value, entry!.CreateRevision, entry.ModRevision, entry.Lease) : null;

    private T? Read<T>(StoreEntry? entry)
        where T : StoredRecord
    {
        if (entry is null)
        {
            return null;
        }

        var value = RecordCodec.TryRead<T>(entry.Value, out var problem);
        if (value is null)
        {
            _malformed[entry.Key] = problem;
        }

        return value;
    }

    private Backend? ReadBackend(StoreEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        var value = Backend.TryParse(entry.Value, out var problem);
        if (value is null)
        {
            _malformed[entry.Key] = problem;
        }

        return value;
    }
}
