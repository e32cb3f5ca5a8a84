using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Units;

namespace HaWeb.Core.Scheduling;

/// <summary>What one unit demands of the machine that it is placed on.</summary>
/// <param name="Unit">The unit's full name.</param>
public sealed record PlacementRules(string Unit)
{
    private static readonly System.Net.IPAddress[] AnyAddresses = [System.Net.IPAddress.Any, System.Net.IPAddress.IPv6Any];

    /// <summary>MachineID: the full id or its first eight characters; null for any.</summary>
    public string? MachineId { get; init; }

    /// <summary>MachineOf: the units that must be placed on the same machine.</summary>
    public IReadOnlyList<string> MachineOf { get; init; } = [];

    /// <summary>The one of <see cref="MachineOf"/> that is a timer's service, which no file says; null for other units.</summary>
    public string? TimedService { get; init; }

    /// <summary>MachineMetadata: what the machine's metadata must be, all of these.</summary>
    public IReadOnlyList<MetadataRequirement> Metadata { get; init; } = [];

    /// <summary>Conflicts: globs of unit names that must not be placed on the same machine; either side may declare it.</summary>
    public IReadOnlyList<PathGlob> Conflicts { get; init => Opposes = UnitFamilies.MatchedBy((field = value).Concat(Replaces)); } = [];

    /// <summary>Replaces: globs of unit names that leave the machine that it is placed on.</summary>
    public IReadOnlyList<PathGlob> Replaces { get; init => Opposes = UnitFamilies.MatchedBy((field = value).Concat(Conflicts)); } = [];

    /// <summary>Global: it runs on every machine that takes it.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>Spread: the metadata key over whose values the instances of its template are spread; null for none.</summary>
    public string? Spread { get; init; }

    /// <summary>The template that it is an instance of, or null.</summary>
    public string? Template { get; init; }

    /// <summary>The service that it is a backend of, or null.</summary>
    public string? Service { get; init; }

    /// <summary>The services that it balances.</summary>
    public IReadOnlyList<string> Balances { get; init; } = [];

    /// <summary>The host ports that it publishes, as far as they are written in its file.</summary>
    public IReadOnlyList<HostPort> Ports { get; init; } = [];

    /// <summary>OnIsolation=stop: it must never run twice, so that a machine that is lost is given time to stop it.</summary>
    public bool StopsOnIsolation { get; init; }

    /// <summary>Whether it runs commands on the machine itself, which the machine's agent must allow.</summary>
    public bool NeedsProcess { get; init; }

    /// <summary>The family of the unit itself.</summary>
    internal UnitFamilies Family { get; } = UnitFamilies.Of(Unit);

    /// <summary>The families in which its Conflicts and Replaces may match a unit.</summary>
    internal UnitFamilies Opposes { get; private init; }

    /// <summary>The rules of a unit.</summary>
    public static PlacementRules Of(UnitDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new PlacementRules(definition.Name.FullName)
        {
            MachineId = definition.Fleet.MachineId,
            MachineOf = [.. definition.Fleet.MachineOf.Select(unit => unit.FullName)],
            TimedService = definition.Timer?.Service.FullName,
            Metadata = definition.Fleet.MachineMetadata,
            Conflicts = definition.Fleet.Conflicts,
            Replaces = definition.Fleet.Replaces,
            IsGlobal = definition.Fleet.IsGlobal,
            Spread = definition.HaWeb.Spread,
            Template = definition.Name.Template?.FullName,
            Service = definition.HaWeb.Service,
            Balances = definition.HaWeb.LoadBalancer.Count == 0 ? [] : LoadBalancerOptions.From(definition.HaWeb).BalancedServices,
            Ports = [.. definition.Service.StartPre.Concat(definition.Service.Start)
                .SelectMany(command => command.Container?.Creates?.Network.Publish ?? [])
                .Where(port => port.HostPort is not null)
                .Select(port => new HostPort(System.Net.IPAddress.TryParse(port.HostIp, out var address) && !AnyAddresses.Contains(address) ? port.HostIp : null, port.HostPort!.Value, port.Protocol))],
            StopsOnIsolation = definition.HaWeb.OnIsolation == IsolationAction.Stop,
            NeedsProcess = definition.NeedsProcesses,
        };
    }

    /// <summary>Whether this unit's own Conflicts name that unit. A unit never conflicts with itself.</summary>
    public bool ConflictsWith(string unit) => Conflicts.Count > 0 && unit != Unit && Names(Conflicts, unit);

    /// <summary>Whether this unit's own Replaces name that unit. A unit never replaces itself.</summary>
    public bool ReplacesUnit(string unit) => Replaces.Count > 0 && unit != Unit && Names(Replaces, unit);

    private static bool Names(IReadOnlyList<PathGlob> globs, string unit)
    {
        for (var i = 0; i < globs.Count; i++)
        {
            if (globs[i].IsMatch(unit))
            {
                return true;
            }
        }

        return false;
    }
}
