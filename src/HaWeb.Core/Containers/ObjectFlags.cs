using Pairs = System.Collections.Generic.IReadOnlyList<System.Collections.Generic.KeyValuePair<string, string>>;

namespace HaWeb.Core.Containers;

/// <summary>The flags of the docker commands for networks, volumes and images.</summary>
internal static class ObjectFlags
{
    private const string Swarm = "It is for swarms only.";

    private static readonly Dictionary<char, string> None = [];

    public static FlagSet<bool> RemoveNetwork { get; } = Forced("docker network rm");

    public static FlagSet<bool> RemoveVolume { get; } = Forced("docker volume rm");

    public static FlagSet<bool> Disconnect { get; } = Forced("docker network disconnect");

    public static FlagSet<(bool IsForced, bool KeepsParents)> RemoveImage { get; } = new(
        "docker rmi",
        new Dictionary<string, Flag<(bool IsForced, bool KeepsParents)>>(StringComparer.Ordinal)
        {
            ["force"] = Flag<(bool IsForced, bool KeepsParents)>.Switch((state, on) => state with { IsForced = on }),
            ["no-prune"] = Flag<(bool IsForced, bool KeepsParents)>.Switch((state, on) => state with { KeepsParents = on }),
            ["platform"] = Flag<(bool IsForced, bool KeepsParents)>.Refused("Older Docker Engines do not have it."),
        },
        new Dictionary<char, string> { ['f'] = "force" },
        StopsAtOperand: false);

    public static FlagSet<VolumeDefinition> CreateVolume { get; } = new(
        "docker volume create",
        new Dictionary<string, Flag<VolumeDefinition>>(StringComparer.Ordinal)
        {
            ["driver"] = Flag<VolumeDefinition>.Value((volume, v) => volume with { Driver = FlagValues.NotEmpty(v) }),
            ["label"] = Flag<VolumeDefinition>.Value((volume, v) => volume with { Labels = Add(volume.Labels, v) }),
            ["name"] = Flag<VolumeDefinition>.Value((volume, v) => volume with { Name = v }),
            ["opt"] = Flag<VolumeDefinition>.Value((volume, v) => volume with { Options = Add(volume.Options, v) }),
            ["availability"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["group"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["limit-bytes"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["required-bytes"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["scope"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["secret"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["sharing"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["topology-preferred"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["topology-required"] = Flag<VolumeDefinition>.Refused(Swarm),
            ["type"] = Flag<VolumeDefinition>.Refused(Swarm),
        },
        new Dictionary<char, string> { ['d'] = "driver", ['o'] = "opt" },
        StopsAtOperand: false);

    public static FlagSet<NetworkDraft> CreateNetwork { get; } = new(
        "docker network create",
        new Dictionary<string, Flag<NetworkDraft>>(StringComparer.Ordinal)
        {
            ["attachable"] = Switch((network, on) => network with { IsAttachable = on }),
            ["aux-address"] = Flag<NetworkDraft>.Value((draft, v) => draft with { Reserved = [.. draft.Reserved, FlagValues.Pair(v, valueRequired: true)] }),
            ["config-from"] = Flag<NetworkDraft>.Refused(Swarm),
            ["config-only"] = Flag<NetworkDraft>.Refused(Swarm, isBoolean: true),
            ["driver"] = Value((network, v) => network with { Driver = FlagValues.NotEmpty(v) }),
            ["gateway"] = Flag<NetworkDraft>.Value((draft, v) => draft with { Gateways = [.. draft.Gateways, FlagValues.IpAddress(v)] }),
            ["ingress"] = Flag<NetworkDraft>.Refused(Swarm, isBoolean: true),
            ["internal"] = Switch((network, on) => network with { IsInternal = on }),
            ["ip-range"] = Flag<NetworkDraft>.Value((draft, v) => draft with { Ranges = [.. draft.Ranges, FlagValues.Subnet(v)] }),
            ["ipam-driver"] = Value((network, v) => network with { AddressDriver = FlagValues.NotEmpty(v) }),
            ["ipam-opt"] = Value((network, v) => network with { AddressOptions = Add(network.AddressOptions, v) }),
            ["ipv4"] = Flag<NetworkDraft>.Refused("Older Docker Engines do not have it.", isBoolean: true),
            ["ipv6"] = Switch((network, on) => network with { HasIPv6 = on }),
            ["label"] = Value((network, v) => network with { Labels = Add(network.Labels, v) }),
            ["opt"] = Value((network, v) => network with { Options = Add(network.Options, v) }),
            ["scope"] = Flag<NetworkDraft>.Refused(Swarm),
            ["subnet"] = Flag<NetworkDraft>.Value((draft, v) => draft with { Subnets = [.. draft.Subnets, FlagValues.Subnet(v)] }),
        },
        new Dictionary<char, string> { ['d'] = "driver", ['o'] = "opt" },
        StopsAtOperand: false);

    public static FlagSet<NetworkEndpoint> Connect { get; } = new(
        "docker network connect",
        new Dictionary<string, Flag<NetworkEndpoint>>(StringComparer.Ordinal)
        {
            ["alias"] = Flag<NetworkEndpoint>.Value((endpoint, v) => endpoint with { Aliases = [.. endpoint.Aliases, v] }),
            ["driver-opt"] = Flag<NetworkEndpoint>.Value((endpoint, v) => endpoint with { DriverOptions = [.. endpoint.DriverOptions, FlagValues.Pair(v, valueRequired: true)] }),
            ["gw-priority"] = Flag<NetworkEndpoint>.Refused("Older Docker Engines do not have it."),
            ["ip"] = Flag<NetworkEndpoint>.Value((endpoint, v) => endpoint with { IPv4 = FlagValues.IpAddress(v) }),
            ["ip6"] = Flag<NetworkEndpoint>.Value((endpoint, v) => endpoint with { IPv6 = FlagValues.IpAddress(v) }),
            ["link"] = Flag<NetworkEndpoint>.Value((endpoint, v) => endpoint with { Links = [.. endpoint.Links, FlagValues.Link(v)] }),
            ["link-local-ip"] = Flag<NetworkEndpoint>.Value((endpoint, v) => endpoint with { LinkLocal = [.. endpoint.LinkLocal, FlagValues.IpAddress(v)] }),
        },
        None,
        StopsAtOperand: false);

    /// <summary>The flags of <c>inspect</c>, of which only the type says what is looked for; the others are about what it prints.</summary>
    public static FlagSet<ObjectKind?> Inspect(string command) => new(
        command,
        new Dictionary<string, Flag<ObjectKind?>>(StringComparer.Ordinal)
        {
            ["format"] = Flag<ObjectKind?>.Value((kind, _) => kind),
            ["platform"] = Flag<ObjectKind?>.Refused("Older Docker Engines do not have it."),
            ["size"] = Flag<ObjectKind?>.Switch((kind, _) => kind),
            ["type"] = Flag<ObjectKind?>.Value((_, v) => FlagValues.Kind(v)),
            ["verbose"] = Flag<ObjectKind?>.Switch((kind, _) => kind),
        },
        new Dictionary<char, string> { ['f'] = "format", ['s'] = "size", ['v'] = "verbose" },
        StopsAtOperand: false);

    private static FlagSet<bool> Forced(string command) => new(
        command,
        new Dictionary<string, Flag<bool>>(StringComparer.Ordinal) { ["force"] = Flag<bool>.Switch((_, on) => on) },
        new Dictionary<char, string> { ['f'] = "force" },
        StopsAtOperand: false);

    private static Pairs Add(Pairs pairs, string text) => [.. pairs, FlagValues.Pair(text, valueRequired: false)];

    private static Flag<NetworkDraft> Value(Func<NetworkDefinition, string, NetworkDefinition> change) =>
        Flag<NetworkDraft>.Value((draft, v) => draft with { Network = change(draft.Network, v) });

    private static Flag<NetworkDraft> Switch(Func<NetworkDefinition, bool, NetworkDefinition> change) =>
        Flag<NetworkDraft>.Switch((draft, on) => draft with { Network = change(draft.Network, on) });
}
