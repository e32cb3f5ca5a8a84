namespace HaWeb.Core.Units;

/// <summary>The address that the balancers of one template share.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="PrefixLength">The length of its network's prefix, in bits.</param>
public sealed record VirtualAddress(string Address, int PrefixLength)
{
    /// <summary><c>10.99.0.100/24</c>.</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
