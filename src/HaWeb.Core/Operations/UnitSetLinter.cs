using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Checks unit files each for itself, and against the others and a cluster: what one says of another can be wrong only together.</summary>
public sealed class UnitSetLinter
{
    private readonly ClusterState? _state;
    private readonly Dictionary<UnitName, (UnitFile File, FleetOptions Fleet, IReadOnlyList<HostPort> Ports)> _units = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly UnitPeers _peers;

    private UnitSetLinter(IEnumerable<(UnitName Name, UnitCheck Check, UnitFile File)> checks, ClusterState? state)
    {
        _state = state;
        foreach (var (name, check, file) in checks.DistinctBy(one => one.Name))
        {
            var subject = name.IsTemplate ? name.WithInstance("1") : name;
            _units.Add(name, (file, FleetOptions.Read(subject, file, out _), check.Definition is { } unit ? PlacementRules.Of(unit).Ports : []));
        }

        _known.UnionWith(_units.Keys.Select(unit => unit.FullName));
        _known.UnionWith(state?.Units.Names ?? []);
        _peers = new UnitPeers(state ?? new ClusterState(new ClusterKeys()), _units.Select(unit => (unit.Key, unit.Value.File)));
    }

    /// <summary>Everything that is wrong with files, in the order of the files.</summary>
    /// <param name="sources">The files.</param>
    /// <param name="state">The cluster that they are for, whose units they may name and whose machines they need; null for none.</param>
    public static IReadOnlyList<IReadOnlyList<UnitProblem>> Check(IReadOnlyList<UnitSource> sources, ClusterState? state)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var checks = sources.Select(source => CheckAlone(source)).ToList();
        var linter = new UnitSetLinter(checks.Where(check => check.Name is not null).Select(check => (check.Name!, check.Check, check.File)), state);
        return [.. checks.Select(check => check.Name is null
            ? check.Check.Problems
            : (IReadOnlyList<UnitProblem>)[.. check.Check.Problems.Concat(linter.Judge(check.Name)).OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)])];
    }

    private static (UnitName? Name, UnitCheck Check, UnitFile File) CheckAlone(UnitSource source) =>
        UnitName.TryParse(UnitName.Complete(source.Name), out var name, out var error)
            ? (name, UnitLinter.Check(name, source.Text), UnitFile.Parse(source.Text, out _))
            : (null, new UnitCheck(null, [new UnitProblem(ProblemSeverity.Error, 0, 0, "", "", error.Message)]), new UnitFile([]));

    private IReadOnlyList<UnitProblem> Judge(UnitName name)
    {
        var problems = new OptionProblems();
        var (file, fleet, ports) = _units[name];
        var subject = name.IsTemplate ? name.WithInstance("1") : name;
        CheckCycle(name, file, problems);

        // A timer is tied to its service without saying so.
        var tie = file.Section(FleetOptionsReader.Section).FirstOrDefault(option => option.Name.EndsWith("MachineOf", StringComparison.Ordinal))
            ?? file.Section(TimerOptions.Section).FirstOrDefault();
        if (tie is not null)
        {
            foreach (var peer in fleet.MachineOf)
            {
                CheckPeer(subject, fleet, ports, peer, tie, problems);
            }
        }

        CheckTimer(name, subject, file, problems);
        new UnitReferences(subject, _known).Check(file, problems);
        CheckMachine(file, fleet, problems);
        return problems.All;
    }

    /// <summary>A timer that has nothing to start. A single file by itself says nothing of others.</summary>
    private void CheckTimer(UnitName name, UnitName subject, UnitFile file, OptionProblems problems)
    {
        if ((_state is not null || _units.Count > 1) && TimerOptions.ServiceOf(subject, file) is { } service
            && !TimerServices.IsAmong(service, one => _known.Contains(one.FullName))
            && (file.Section(TimerOptions.Section).LastOrDefault(option => option.Name == "Unit") ?? file.Section(TimerOptions.Section).FirstOrDefault()) is { } option)
        {
            problems.Warning(option, TimerServices.Missing(name, service));
        }
    }

    private static UnitOption OptionOf(UnitFile file, string key) =>
        file.Section(FleetOptionsReader.Section).First(option => option.Name.EndsWith(key, StringComparison.Ordinal));

    private void CheckCycle(UnitName name, UnitFile file, OptionProblems problems)
    {
        if (_peers.FindCycle(name) is { } cycle && file.Section(FleetOptionsReader.Section).Any(option => option.Name.EndsWith("MachineOf", StringComparison.Ordinal)))
        {
            problems.Error(
                OptionOf(file, "MachineOf"), $"{name} can never be placed: MachineOf goes round in a circle, {string.Join(" -> ", cycle)}.", "Remove MachineOf from one of them.");
        }
    }

    /// <summary>A unit and one that it must run beside, which may have rules that no machine meets together.</summary>
    private void CheckPeer(UnitName subject, FleetOptions fleet, IReadOnlyList<HostPort> ports, UnitName peer, UnitOption option, OptionProblems problems)
    {
        if (!_units.TryGetValue(peer, out var found) && (peer.Template is not { } template || !_units.TryGetValue(template, out found)))
        {
            return;
        }

        var other = FleetOptions.Read(peer, found.File, out _);
        var reason = other.Conflicts.Concat(other.Replaces).FirstOrDefault(glob => glob.IsMatch(subject.FullName)) is { } glob ? $"whose {glob} in [X-Fleet] forbids it"
            : IsMadeImpossible(fleet.MachineMetadata, other.MachineMetadata) ? "whose MachineMetadata no machine meets together with its own"
            : ports.Where(port => found.Ports.Any(port.Overlaps)).Cast<HostPort?>().FirstOrDefault() is { } taken ? $"which publishes the port {taken} too"
            : null;
        if (reason is not null)
        {
            problems.Warning(option, $"{subject} can never be placed: it must run beside {peer}, {reason}.", "Change one of them.");
        }
    }

    /// <summary>Whether two sets of conditions can be met each by itself and not together.</summary>
    private static bool IsMadeImpossible(IReadOnlyList<MetadataRequirement> own, IReadOnlyList<MetadataRequirement> others) =>
        MetadataConditions.CanAllBeMet(own) && MetadataConditions.CanAllBeMet(others) && !MetadataConditions.CanAllBeMet(own.Concat(others));

    private void CheckMachine(UnitFile file, FleetOptions fleet, OptionProblems problems)
    {
        var machines = _state?.Machines.Names.Select(id => PlanMachine.Of(_state, id)).OfType<PlanMachine>().ToList() ?? [];
        if (machines.Count == 0)
        {
            return;
        }

        var wanted = fleet.MachineId is { } id ? machines.FindAll(machine => machine.Id == id || (id.Length == 8 && machine.Id.StartsWith(id, StringComparison.Ordinal))) : machines;
        if (wanted.Count == 0)
        {
            problems.Warning(
                OptionOf(file, "ID"), $"The cluster has no machine {fleet.MachineId}: the unit waits until it joins.", Nearest.Suggest(fleet.MachineId!, machines.Select(machine => machine.Id)));
        }
        else if (!wanted.Exists(machine => fleet.MachineMetadata.All(needed => needed.IsMetBy(machine.Metadata.GetValueOrDefault(needed.Key)))))
        {
            var needed = string.Join(" and ", fleet.MachineMetadata);
            problems.Warning(
                OptionOf(file, "MachineMetadata"),
                fleet.MachineId is null ? $"No machine of the cluster meets {needed}: the unit waits until one does." : $"The machine {fleet.MachineId} does not meet {needed}: the unit waits until it does.",
                "Set-HaMachine sets a machine's metadata.");
        }
    }
}
