namespace HaWeb.Core.Containers;

/// <summary>Reads what <c>--network</c> takes: a name, or <c>name=web,alias=db,ip=10.0.0.2</c>.</summary>
internal static class NetworkSpec
{
    public static ContainerNetwork Apply(ContainerNetwork network, string text)
    {
        if (network.Mode is not null)
        {
            throw new FlagValueException("a container is connected to one network.", "Give --network once.");
        }

        FlagValues.NotEmpty(text);
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return network with { Mode = text };
        }

        foreach (var field in CsvFields.Split(text))
        {
            var (key, value) = FlagValues.Pair(field, valueRequired: true);
            network = key switch
            {
                "name" => network with { Mode = value },
                "alias" => network with { Aliases = [.. network.Aliases, value] },
                "ip" => network with { IPv4 = FlagValues.IpAddress(value) },
                "ip6" => network with { IPv6 = FlagValues.IpAddress(value) },
                "link-local-ip" => network with { LinkLocal = [.. network.LinkLocal, FlagValues.IpAddress(value)] },
                "driver-opt" => network with { DriverOptions = [.. network.DriverOptions, FlagValues.Pair(value, valueRequired: true)] },
                "mac-address" => network with { MacAddress = value },
                _ => throw new FlagValueException($"'{key}' is not a field of a network that HaWeb knows."),
            };
        }

        return network.Mode is null ? throw new FlagValueException($"'{text}' has no name=.") : network;
    }
}
