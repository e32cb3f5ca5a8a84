namespace HaWeb.Core.LoadBalancing;

/// <summary>An IPv4 address that an interface of this machine has.</summary>
/// <param name="Interface">The interface's name.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix, in bits.</param>
public sealed record InterfaceAddress(string Interface, string Address, int PrefixLength);
