namespace HaWeb.Core.Containers;

/// <summary>What a container is in a network that it is connected to with <c>docker network connect</c>.</summary>
public sealed record NetworkEndpoint
{
    /// <summary>Its names in it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Its IPv4 address.</summary>
    public string? IPv4 { get; init; }

    /// <summary>Its IPv6 address.</summary>
    public string? IPv6 { get; init; }

    /// <summary>Its link-local addresses.</summary>
    public IReadOnlyList<string> LinkLocal { get; init; } = [];

    /// <summary>Links to other containers, <c>name:alias</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Options of the network's driver.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> DriverOptions { get; init; } = [];
}
