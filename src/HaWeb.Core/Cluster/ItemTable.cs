namespace HaWeb.Core.Cluster;

/// <summary>A table of tables: entries that are named by an owner (a machine, a service) and an item (a unit, a backend).</summary>
/// <typeparam name="T">The record's type.</typeparam>
public sealed class ItemTable<T>
    where T : class
{
    private static readonly RecordTable<T> Empty = new();

    private readonly SortedDictionary<string, RecordTable<T>> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _ownersOfItem = new(StringComparer.Ordinal);

    /// <summary>The owners that have entries, in ordinal order.</summary>
    public IReadOnlyCollection<string> Owners => _owners.Keys;

    /// <summary>The entries of one owner.</summary>
    public RecordTable<T> this[string owner] => _owners.GetValueOrDefault(owner, Empty);

    /// <summary>The entry of an owner's item, or null.</summary>
    public Versioned<T>? this[string owner, string item] => this[owner][item];

    /// <summary>The owners that have an item of this name, in ordinal order.</summary>
    public IReadOnlyCollection<string> OwnersOf(string item) => _ownersOfItem.TryGetValue(item, out var owners) ? owners : [];

    /// <summary>Every entry, in ordinal order of owner and item.</summary>
    public IEnumerable<(string Owner, string Item, Versioned<T> Entry)> Entries =>
        _owners.SelectMany(owner => owner.Value.Entries.Select(entry => (owner.Key, entry.Key, entry.Value)));

    internal void Set(string owner, string item, T value, Storage.StoreEntry entry)
    {
        if (!_owners.TryGetValue(owner, out var table))
        {
            _owners.Add(owner, table = new RecordTable<T>());
        }

        table.Set(item, value, entry);
        if (!_ownersOfItem.TryGetValue(item, out var owners))
        {
            _ownersOfItem.Add(item, owners = new SortedSet<string>(StringComparer.Ordinal));
        }

        owners.Add(owner);
    }

    internal void Remove(string owner, string item)
    {
        if (!_owners.TryGetValue(owner, out var table))
        {
            return;
        }

        table.Remove(item);
        if (table.Count == 0)
        {
            _owners.Remove(owner);
        }

        if (_ownersOfItem.TryGetValue(item, out var owners) && owners.Remove(owner) && owners.Count == 0)
        {
            _ownersOfItem.Remove(item);
        }
    }
}
