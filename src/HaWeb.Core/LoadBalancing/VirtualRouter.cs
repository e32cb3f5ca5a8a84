using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>One balancer's part in an address that several share: what its keepalived does.</summary>
/// <param name="Interface">The interface that is in the address' network.</param>
/// <param name="Address">The address.</param>
/// <param name="CheckAddress">Where the balancer is asked whether it serves.</param>
/// <param name="CheckPort">The port there.</param>
public sealed record VirtualRouter(string Interface, VirtualAddress Address, string CheckAddress, int CheckPort);
