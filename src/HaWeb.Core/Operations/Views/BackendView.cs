using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;

namespace HaWeb.Core.Operations.Views;

/// <summary>A backend of a service as operators see it.</summary>
public sealed record BackendView
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Its name in the service: the unit without suffix, for a global unit with a slash and the machine, or the name it was registered by.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is and how much it takes.</summary>
    public required Backend Backend { get; init; }

    /// <summary>Its IP address.</summary>
    public string Address => Backend.Address.ToString();

    /// <summary>Its port.</summary>
    public int Port => Backend.Port;

    /// <summary>Its share of requests relative to the others.</summary>
    public int Weight => Backend.Weight;

    /// <summary>Whether it serves only when all others are unavailable.</summary>
    public bool Backup => Backend.Backup;

    /// <summary>The id of the machine that advertises it, or null.</summary>
    public string? Machine { get; init; }

    /// <summary>Whether it was registered by hand.</summary>
    public bool External { get; init; }

    /// <summary>Whether its health check passes; null when nobody has said so.</summary>
    public bool? Healthy { get; init; }

    /// <summary>Since when its unit is active; null when nobody has said so.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>All backends, by service and name.</summary>
    public static IEnumerable<BackendView> All(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Backends.Owners.SelectMany(service => OfService(state, service));
    }

    /// <summary>The backends of one service, by name.</summary>
    public static IEnumerable<BackendView> OfService(ClusterState state, string service)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var (name, backend) in state.Backends[service].Entries)
        {
            var owner = BackendOwner.Of(state, name, backend);
            var status = owner is null ? null : state.Status[owner.Machine, owner.Unit.FullName]?.Value;
            yield return new BackendView
            {
                Service = service,
                Name = name,
                Backend = backend.Value,
                Machine = owner is { Machine.Length: > 0 } ? owner.Machine : null,
                External = backend.Lease == 0,
                Healthy = status?.Healthy,
                Since = status?.Since,
            };
        }
    }
}
