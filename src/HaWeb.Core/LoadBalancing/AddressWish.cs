using HaWeb.Core.Containers;
using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>What a balancer that runs asks of the address that it shares with others.</summary>
/// <param name="Address">The address.</param>
/// <param name="CheckAddress">The address at which the balancer itself is reached on its machine; null when it does not listen where the shared address leads.</param>
/// <param name="CheckPort">The port there.</param>
public sealed record AddressWish(VirtualAddress Address, string? CheckAddress, int CheckPort)
{
    private static readonly string[] AllAddresses = ["", "0.0.0.0", "::"];

    /// <summary>The wish of a balancer; null when it shares no address.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="network">How its container is connected; null when it has none.</param>
    /// <param name="machine">The machine's own address.</param>
    public static AddressWish? Of(HaWebOptions options, ContainerNetwork? network, string machine)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.VirtualIP is not { } address || options.LoadBalancer.Count == 0 ? null
            : PortOf(options, network) is { } port ? new AddressWish(address, machine, port)
            : new AddressWish(address, null, 0);
    }

    /// <summary>The port of the machine, at all of its addresses, at which the balancer answers; null when there is none.</summary>
    private static int? PortOf(HaWebOptions options, ContainerNetwork? network)
    {
        var listens = options.Listen.Where(listen => listen.Address is null || AllAddresses.Contains(listen.Address, StringComparer.Ordinal)).Select(listen => listen.Port).ToList();
        return network?.Mode == "host"
            ? listens.Cast<int?>().FirstOrDefault()
            : network?.Publish.FirstOrDefault(port => port is { HostPort: not null, Protocol: "tcp" }
                && AllAddresses.Contains(port.HostIp, StringComparer.Ordinal) && listens.Contains(port.ContainerPort))?.HostPort;
    }
}
