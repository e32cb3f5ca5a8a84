namespace HaWeb.Core.Cluster;

/// <summary>A typed value of the store with the revisions that guards compare.</summary>
/// <typeparam name="T">The record's type.</typeparam>
/// <param name="Value">The parsed value.</param>
/// <param name="CreateRevision">The revision at which the key came into being.</param>
/// <param name="ModRevision">The revision of its last change.</param>
/// <param name="Lease">Its lease, or 0.</param>
public sealed record Versioned<T>(T Value, long CreateRevision, long ModRevision, long Lease);
