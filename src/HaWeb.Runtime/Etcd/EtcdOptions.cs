namespace HaWeb.Runtime.Etcd;

/// <summary>Where an etcd cluster is and how to talk to it.</summary>
public sealed record EtcdOptions
{
    /// <summary>The members' client addresses: <c>http://host:port</c>, <c>https://host:port</c> or <c>host:port</c>; the port is 2379 if left out.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The etcd user, or null when etcd asks for none.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>A PEM file of the authorities that may have signed etcd's certificate; null for the machine's own.</summary>
    public string? CaCertificatePath { get; init; }

    /// <summary>A PEM file of the client's certificate, or null for none.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>A PEM file of the client certificate's key.</summary>
    public string? KeyPath { get; init; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many keys one page of a list holds.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>The secrets are not for logs.</summary>
    public override string ToString() => string.Join(',', Endpoints);
}
