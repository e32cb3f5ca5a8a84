using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>Says whether a machine may take a unit, read from the stored keys in the plainest way: what the planner's answers are held against.</summary>
internal sealed class PlacementOracle(ClusterState state)
{
    private readonly Dictionary<(string Unit, string Hash), UnitDefinition> _definitions = [];

    /// <summary>A unit as its stored file has it.</summary>
    public UnitDefinition Definition(string unit, string hash)
    {
        if (!_definitions.TryGetValue((unit, hash), out var definition))
        {
            _ = UnitName.TryParse(unit, out var name, out _);
            _definitions.Add((unit, hash), definition = UnitLinter.Check(name!, state.Files[hash]!.Value).Definition!);
        }

        return definition;
    }

    /// <summary>Whether a unit runs on every machine.</summary>
    public bool IsGlobal(string unit, string hash) => Definition(unit, hash).Fleet.IsGlobal;

    /// <summary>The units on a machine that are MachineOf a unit.</summary>
    public IEnumerable<string> FollowersOn(string machine, string unit) => state.Placements[machine].Entries
        .Where(entry => Definition(entry.Key, entry.Value.Value.Hash).Fleet.MachineOf.Any(peer => peer.FullName == unit))
        .Select(entry => entry.Key);

    /// <summary>The units that a unit is stopped and restarted with, and not started without, where they have their place on the same machine.</summary>
    public IEnumerable<string> Leaders(string unit, string hash)
    {
        var options = Definition(unit, hash).Dependencies;
        return options.BindsTo.Concat(options.Requires).Concat(options.Requisite).Concat(options.PartOf);
    }

    /// <summary>Whether a unit runs a command on the machine itself.</summary>
    public bool IsProcess(string hash) => state.Files[hash]!.Value.Split('\n')
        .Any(line => line.StartsWith("Exec", StringComparison.Ordinal) && !line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].TrimStart('-').StartsWith("/usr/bin/docker ", StringComparison.Ordinal));

    /// <summary>Why a machine may not take a unit, or null.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="hash">Its file.</param>
    /// <param name="apartFromGlobals">Whether global units there are looked over.</param>
    /// <param name="apartFromProcesses">Whether it is looked over that the machine allows no processes.</param>
    public string? Objection(string machine, string unit, string hash, bool apartFromGlobals = false, bool apartFromProcesses = false)
    {
        var definition = Definition(unit, hash);
        var record = state.Machines[machine]?.Value;
        if (record is null || !state.Sessions.Contains(machine))
        {
            return "it is not alive";
        }

        if (state.Cordons.Contains(machine))
        {
            return "it is cordoned";
        }

        if (record.DockerDownSince is not null)
        {
            return "its Docker does not answer";
        }

        if (definition.Fleet.MachineId is { } id && id != machine)
        {
            return "it is another machine";
        }

        if (!apartFromProcesses && !record.AllowProcess && IsProcess(hash))
        {
            return "it allows no processes";
        }

        foreach (var wanted in definition.Fleet.MachineMetadata)
        {
            var value = state.Metadata[machine]?.Value.Values.GetValueOrDefault(wanted.Key) ?? record.Metadata.GetValueOrDefault(wanted.Key);
            var met = wanted switch
            {
                MetadataRequirement.AnyOf any => value is not null && any.Values.Contains(value),
                MetadataRequirement.NoneOf none => value is null || !none.Values.Contains(value),
                MetadataRequirement.Exists => value is not null,
                _ => value is null,
            };
            if (!met)
            {
                return $"{wanted.Key} is {value}";
            }
        }

        var others = state.Placements[machine].Entries.Where(entry => entry.Key != unit).ToList();
        if (record.MaxUnits <= others.Count)
        {
            return "it is full";
        }

        foreach (var peer in definition.Fleet.MachineOf)
        {
            if (others.All(other => other.Key != peer.FullName || other.Value.Value.State == PlacementState.Leave))
            {
                return $"{peer} is not there";
            }
        }

        foreach (var (name, entry) in others)
        {
            var other = Definition(name, entry.Value.Hash);
            if (apartFromGlobals && other.Fleet.IsGlobal)
            {
                continue;
            }

            if (definition.Fleet.Replaces.Any(glob => glob.IsMatch(name)) != other.Fleet.Replaces.Any(glob => glob.IsMatch(unit)))
            {
                return $"{name} replaces it, or the other way round";
            }

            if (definition.Fleet.Conflicts.Any(glob => glob.IsMatch(name)) || other.Fleet.Conflicts.Any(glob => glob.IsMatch(unit)))
            {
                return $"{name} is there";
            }

            if (Ports(definition).Intersect(Ports(other)).Any())
            {
                return $"{name} has the port";
            }
        }

        return null;
    }

    private static IEnumerable<int> Ports(UnitDefinition unit) => (unit.Container?.Network.Publish ?? []).Select(port => port.HostPort).OfType<int>();
}
