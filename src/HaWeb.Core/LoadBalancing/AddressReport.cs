using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>What a balancer says of the address that it shares with others.</summary>
/// <param name="Address">The address.</param>
/// <param name="Role">What its machine is to the address.</param>
/// <param name="Problem">Why it takes no part though it serves, or null.</param>
public sealed record AddressReport(VirtualAddress Address, AddressRole Role, string? Problem);
