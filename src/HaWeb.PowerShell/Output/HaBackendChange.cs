using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>The backends of a service after one change of them, or as they were when watching began.</summary>
public sealed record HaBackendChange
{
    internal const string Initial = "Initial";
    internal const string Added = "Added";
    internal const string Changed = "Changed";
    internal const string Removed = "Removed";
    internal const string Expired = "Expired";
    internal const string Malformed = "Malformed";

    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>The store revision of the change.</summary>
    public required long Revision { get; init; }

    /// <summary><c>Initial</c>, <c>Added</c>, <c>Changed</c>, <c>Removed</c> (withdrawn), <c>Expired</c> (its machine's session ended) or <c>Malformed</c>.</summary>
    public required string Change { get; init; }

    /// <summary>The backend that changed; null at the beginning.</summary>
    public HaBackend? Backend { get; init; }

    /// <summary>The whole set after the change, sorted by name.</summary>
    public required IReadOnlyList<HaBackend> Backends { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }
}
