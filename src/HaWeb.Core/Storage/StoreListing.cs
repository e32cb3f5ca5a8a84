namespace HaWeb.Core.Storage;

/// <summary>All keys under a prefix at one revision.</summary>
/// <param name="ClusterId">etcd's cluster id; another one than before means another store or a restored backup.</param>
/// <param name="Revision">The store revision of the listing. Following on starts at the next one.</param>
/// <param name="Entries">The entries, in ordinal order of their keys.</param>
public sealed record StoreListing(ulong ClusterId, long Revision, IReadOnlyList<StoreEntry> Entries);
