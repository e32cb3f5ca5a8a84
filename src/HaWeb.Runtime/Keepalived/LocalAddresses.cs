using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading.Channels;
using HaWeb.Core.LoadBalancing;

namespace HaWeb.Runtime.Keepalived;

/// <summary>The addresses of this machine's interfaces, followed by the kernel's own events.</summary>
internal static class LocalAddresses
{
    /// <summary>The addresses as they are now; IPv4 only, in ordinal order of the interfaces.</summary>
    public static IReadOnlyList<InterfaceAddress> List() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses
                .Where(one => one.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(one => new InterfaceAddress(network.Name, one.Address.ToString(), one.PrefixLength)))
            .OrderBy(one => one.Interface, StringComparer.Ordinal)
            .ThenBy(one => one.Address, StringComparer.Ordinal),
    ];

    /// <summary>Tells the addresses, and again whenever they have changed, until cancelled.</summary>
    /// <param name="tell">Takes them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task FollowAsync(Action<IReadOnlyList<InterfaceAddress>> tell, CancellationToken cancellationToken)
    {
        // Many events may come at once; one look after the last is enough.
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        NetworkAddressChangedEventHandler changed = (_, _) => changes.Writer.TryWrite(true);
        NetworkChange.NetworkAddressChanged += changed;
        try
        {
            IReadOnlyList<InterfaceAddress>? told = null;
            do
            {
                var addresses = List();
                if (told is null || !told.SequenceEqual(addresses))
                {
                    told = addresses;
                    tell(addresses);
                }
            }
            while (await changes.Reader.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            NetworkChange.NetworkAddressChanged -= changed;
        }
    }
}
