namespace HaWeb.Core.LoadBalancing;

/// <summary>A key of a service whose value is no backend.</summary>
/// <param name="Key">The key.</param>
/// <param name="Problem">What is wrong with its value, for people.</param>
public sealed record UnreadableBackend(string Key, string Problem);
