using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>One backend of a service, as load balancers see it.</summary>
public sealed class HaBackend
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Its name in the service: the unit without suffix, or what it was registered as.</summary>
    public required string Name { get; init; }

    /// <summary>The IP address.</summary>
    public required string Address { get; init; }

    /// <summary>The port.</summary>
    public required int Port { get; init; }

    /// <summary>Its share of the requests compared with other backends.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether it is asked only when all others are gone.</summary>
    public bool Backup { get; init; }

    /// <summary>Whether it was registered by hand.</summary>
    public bool External { get; init; }

    /// <summary>The store revision of its last change.</summary>
    public long Revision { get; init; }

    /// <summary>Its cluster.</summary>
    public HaCluster? Cluster { get; init; }

    /// <summary><c>address:port</c>.</summary>
    public override string ToString() => Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
