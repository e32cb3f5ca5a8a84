namespace HaWeb.Core.LoadBalancing;

/// <summary>One backend that a balancer serves.</summary>
/// <param name="Key">Its key in the store.</param>
/// <param name="Value">The key's value.</param>
/// <param name="Lease">The lease that the key goes or went with; 0 for none.</param>
public sealed record RememberedBackend(string Key, string Value, long Lease);
