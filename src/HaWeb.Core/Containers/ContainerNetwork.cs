namespace HaWeb.Core.Containers;

/// <summary>How a container is connected.</summary>
public sealed record ContainerNetwork
{
    /// <summary>The network: its name, <c>host</c>, <c>none</c>, <c>bridge</c> or <c>container:NAME</c>; null for docker's default.</summary>
    public string? Mode { get; init; }

    /// <summary>Its names in that network.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Its IPv4 address in that network.</summary>
    public string? IPv4 { get; init; }

    /// <summary>Its IPv6 address in that network.</summary>
    public string? IPv6 { get; init; }

    /// <summary>Its link-local addresses in that network.</summary>
    public IReadOnlyList<string> LinkLocal { get; init; } = [];

    /// <summary>Options of that network's driver.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> DriverOptions { get; init; } = [];

    /// <summary>Its hardware address.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Ports that can be reached on the machine.</summary>
    public IReadOnlyList<PublishedPort> Publish { get; init; } = [];

    /// <summary>Whether all ports that the image exposes are published, on ports that docker chooses.</summary>
    public bool PublishAll { get; init; }

    /// <summary>Ports it exposes besides the image's, <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> Expose { get; init; } = [];

    /// <summary>Links to other containers, <c>name:alias</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>DNS servers.</summary>
    public IReadOnlyList<string> Dns { get; init; } = [];

    /// <summary>DNS options.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>DNS search domains.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Lines for /etc/hosts, <c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];
}
