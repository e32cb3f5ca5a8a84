namespace HaWeb.Core.Containers;

/// <summary>Addresses of a network.</summary>
/// <param name="Subnet">All of them, <c>10.1.0.0/16</c>; null for one that docker chooses.</param>
/// <param name="Range">Those that containers get, <c>10.1.2.0/24</c>; null for all.</param>
/// <param name="Gateway">That of the machine; null for the first.</param>
/// <param name="Reserved">Those that no container gets, by name.</param>
public sealed record NetworkRange(string? Subnet, string? Range, string? Gateway, IReadOnlyList<KeyValuePair<string, string>> Reserved);
