using System.Net;
using HaWeb.Core.Cluster;
using HaWeb.Core.Discovery;
using HaWeb.Core.Units;

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

    /// <summary>Since when its health is what it is; null when nobody has said so.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why its health check fails; null when it passes.</summary>
    public string? LastError { get; init; }

    /// <summary>How long the probe took that made it healthy or unhealthy, or null.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>How often its health has fallen within five minutes, when it flaps; otherwise 0.</summary>
    public int Flaps { get; init; }

    /// <summary>Of one that was registered by hand: what the machines of its balancers say, of which the properties above are the sum.</summary>
    public IReadOnlyList<BackendProbeView> Probes { get; init; } = [];

    /// <summary>Whether load balancers have it: its key is in the store.</summary>
    public bool Advertised { get; init; } = true;

    /// <summary>The same backend after it was withdrawn, with what its machine says of it now.</summary>
    public BackendView Withdrawn(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var unit = Name.Split('/')[0] + ".service";
        return WithHealth(Machine is null ? null : state.Status[Machine, unit]?.Value) with { Advertised = false };
    }

    /// <summary>
    /// The running units that are to be backends of a service and are not advertised, by name: unhealthy ones, and those whose first probes have not passed yet.
    /// </summary>
    public static IEnumerable<BackendView> Withheld(ClusterState state, string service, IEnumerable<UnitView> units)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(units);
        foreach (var unit in units.Where(unit => unit is { Active: "active" or "reloading", Backend: null, Machine: not null } && unit.Service == service))
        {
            if (UnitName.TryParse(unit.Name, out var name, out _)
                && state.Files[unit.Hash ?? ""] is { } file
                && UnitLinter.Check(name, file.Value).Definition is { AdvertisedPort: { } port } definition
                && IPAddress.TryParse(state.Machines[unit.Machine!]?.Value.Address, out var address))
            {
                var view = new BackendView
                {
                    Service = service,
                    Name = definition.Fleet.IsGlobal ? $"{name.NameWithoutSuffix}/{unit.Machine}" : name.NameWithoutSuffix,
                    Backend = new Backend(address, port, definition.HaWeb.Weight, definition.HaWeb.IsBackup),
                    Machine = unit.Machine,
                    Advertised = false,
                };
                yield return view.WithHealth(state.Status[unit.Machine!, unit.Name]?.Value);
            }
        }
    }

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
            var view = new BackendView
            {
                Service = service,
                Name = name,
                Backend = backend.Value,
                Machine = owner is { Machine.Length: > 0 } ? owner.Machine : null,
                External = backend.Lease == 0,
            };
            yield return view.External ? view.WithProbes(state, backend.ModRevision) : view.WithHealth(status);
        }
    }

    /// <summary>The probe of it over the network.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="check">What is checked; null for what its unit says, and a connection where that says nothing or only Docker can say it.</param>
    /// <param name="timeout">How long it may take; null for what its unit says, and one second where that says nothing.</param>
    public ProbeRequest Probe(ClusterState state, HealthCheck? check, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(state);
        var unit = Machine is not null && UnitName.TryParse(Name.Split('/')[0] + ".service", out var name, out _)
            && state.Placements[Machine, name.FullName] is { } entry && state.Files[entry.Value.Hash] is { } file
            ? UnitLinter.Check(name, file.Value).Definition?.HaWeb
            : null;
        var time = timeout ?? unit?.HealthTimeout ?? new HaWebOptions().HealthTimeout;
        return ProbeRequest.Of(check ?? unit?.HealthCheck ?? new HealthCheck.Tcp(), Backend, time) ?? ProbeRequest.Of(new HealthCheck.Tcp(), Backend, time)!;
    }

    /// <summary>One that some machine cannot reach is unhealthy: visitors of that balancer do not get it.</summary>
    private BackendView WithProbes(ClusterState state, long revision)
    {
        var probes = ExternalJudgement.Of(state, Service, Name, revision).Select(one => new BackendProbeView
        {
            Machine = one.Machine,
            Balancer = one.Balancer,
            Healthy = one.Health.Healthy,
            Since = one.Health.Since,
            LastError = one.Health.Error,
            Latency = one.Health.Latency,
            Flaps = one.Health.Flaps,
        }).ToList();
        var decides = probes.Find(probe => !probe.Healthy) ?? probes.FirstOrDefault();
        return this with
        {
            Healthy = decides?.Healthy,
            Since = decides?.Since,
            LastError = decides?.LastError is { } error ? $"{error} (from {decides.Machine})" : null,
            Latency = decides?.Latency,
            Flaps = probes.Select(probe => probe.Flaps).DefaultIfEmpty().Max(),
            Probes = probes,
        };
    }

    private BackendView WithHealth(StatusRecord? status) => this with
    {
        Healthy = status?.Healthy,
        Since = status?.HealthySince,
        LastError = status?.HealthError,
        Latency = status?.HealthLatency,
        Flaps = status?.Flaps ?? 0,
    };
}
