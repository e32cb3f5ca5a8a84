using HaWeb.Core.Storage;

namespace HaWeb.Core.Cluster;

/// <summary>The typed entries of one <see cref="ClusterTable"/>, in ordinal order of their names.</summary>
/// <typeparam name="T">The record's type.</typeparam>
public sealed class RecordTable<T>
    where T : class
{
    private readonly SortedDictionary<string, Versioned<T>> _entries = new(StringComparer.Ordinal);

    /// <summary>How many entries there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The names, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The entries, in ordinal order of their names.</summary>
    public IEnumerable<KeyValuePair<string, Versioned<T>>> Entries => _entries;

    /// <summary>The entry of this name, or null.</summary>
    public Versioned<T>? this[string name] => _entries.GetValueOrDefault(name);

    /// <summary>Whether there is an entry of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    internal void Set(string name, T value, StoreEntry entry) =>
        _entries[name] = new Versioned<T>(value, entry.CreateRevision, entry.ModRevision, entry.Lease);

    internal void Remove(string name) => _entries.Remove(name);
}
