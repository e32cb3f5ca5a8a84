namespace HaWeb.Core.Storage;

/// <summary>One key as etcd holds it.</summary>
/// <param name="Key">The full key.</param>
/// <param name="Value">The value, UTF-8 text.</param>
/// <param name="CreateRevision">The store revision at which the key last came into being.</param>
/// <param name="ModRevision">The store revision of its last change.</param>
/// <param name="Version">How often it was put since it came into being, from 1.</param>
/// <param name="Lease">The lease that the key goes with, or 0.</param>
public sealed record StoreEntry(string Key, string Value, long CreateRevision, long ModRevision, long Version, long Lease);
