namespace HaWeb.Lab;

/// <summary>A key as etcd has it.</summary>
/// <param name="Value">Its value, as text.</param>
/// <param name="CreateRevision">The revision at which it was created.</param>
/// <param name="ModRevision">The revision at which it was last written.</param>
/// <param name="Lease">The lease it goes with; 0 for none.</param>
public sealed record StoreKey(string Value, long CreateRevision, long ModRevision, long Lease);
