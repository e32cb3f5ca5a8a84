namespace HaWeb.Core.Containers;

/// <summary>A network to make, as <c>docker network create</c> describes it.</summary>
public sealed record NetworkDefinition
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What makes it.</summary>
    public string Driver { get; init; } = "bridge";

    /// <summary>Options of that.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>Whether nothing outside can be reached from it.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Whether single containers may be connected to a network of a swarm.</summary>
    public bool IsAttachable { get; init; }

    /// <summary>Whether it has IPv6 addresses too.</summary>
    public bool HasIPv6 { get; init; }

    /// <summary>What gives out addresses.</summary>
    public string AddressDriver { get; init; } = "default";

    /// <summary>Options of that.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AddressOptions { get; init; } = [];

    /// <summary>Its ranges of addresses; docker chooses where there is none.</summary>
    public IReadOnlyList<NetworkRange> Ranges { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];
}
