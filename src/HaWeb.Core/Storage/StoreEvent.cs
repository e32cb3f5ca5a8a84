namespace HaWeb.Core.Storage;

/// <summary>One change of one key.</summary>
/// <param name="Revision">The store revision that made it.</param>
/// <param name="Key">The key.</param>
/// <param name="Entry">The key as put, or null when it was deleted or its lease ended.</param>
/// <param name="Previous">The key as it was before; null when it is new, or when history before it was compacted.</param>
public sealed record StoreEvent(long Revision, string Key, StoreEntry? Entry, StoreEntry? Previous);
