using System.Buffers.Binary;
using System.Net;

namespace HaWeb.Core.Units;

/// <summary>The IPv4 address that the balancers of one template share.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix, in bits.</param>
public sealed record VirtualAddress(string Address, int PrefixLength)
{
    /// <summary>
    /// Its VRRP virtual router id, 1 to 255: the last number of the address. So all who have the address agree, addresses of one network of up to 256
    /// never share one, and people can tell it.
    /// </summary>
    public int RouterId => (byte)Number(Address) is var last && last == 0 ? 255 : last;

    /// <summary>Whether it lies in the network of an interface's address.</summary>
    /// <param name="address">The interface's address, IPv4.</param>
    /// <param name="prefixLength">The length of that network's prefix, in bits.</param>
    public bool IsIn(string address, int prefixLength) => ((Number(Address) ^ Number(address)) & Mask(prefixLength)) == 0;

    /// <summary>Whether another one may be on the same network.</summary>
    public bool SharesNetworkWith(VirtualAddress other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsIn(other.Address, Math.Min(PrefixLength, other.PrefixLength));
    }

    /// <summary><c>10.99.0.100/24</c>.</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";

    private static uint Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);

    private static uint Number(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());
}
