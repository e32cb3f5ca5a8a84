using System.Globalization;
using System.Text.RegularExpressions;
using HaWeb.Core.Cluster;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Operations.Views;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Simulation;

namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>What a healed cluster must have become: exactly what its operator wants, and nothing of anything else.</summary>
internal sealed partial class Outcome(SimulatedWorld world, ClusterState state, PlacementOracle oracle)
{
    private readonly PendingReasons _reasons = new(state);

    public void Check()
    {
        Require(world.Machines.Values.Count(machine => machine.Leads) == 1, "there is not one leader");
        Require(state.Sessions.Count == world.Machines.Count, "machines have no session");
        Require(state.Engine?.Value.Holding is null, $"it holds: {state.Engine?.Value.Holding}");
        Require(state.Resume is null, "the word that ended a hold is still there");
        foreach (var (unit, record) in state.Units.Entries.Where(entry => !entry.Key.Contains("@.", StringComparison.Ordinal)))
        {
            CheckUnit(unit, record.Value);
        }

        CheckContainers();
        CheckKeys();
        CheckBalancers();
        CheckUpdates();
        CheckSharedAddresses();
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenRuleException("3 (in the end)", what);
        }
    }

    private void CheckUnit(string unit, UnitRecord record)
    {
        var machines = state.Placements.OwnersOf(unit);
        if (record.Desired == DesiredState.Inactive)
        {
            Require(machines.Count == 0, $"{unit} is inactive and placed on {string.Join(", ", machines)}");
            return;
        }

        if (oracle.IsGlobal(unit, record.Hash))
        {
            foreach (var candidate in world.Machines.Keys.Except(machines))
            {
                Require(oracle.Objection(candidate, unit, record.Hash) is not null, $"{unit} is not on {candidate}, which can take it");
            }
        }
        else if (machines.Count == 0)
        {
            CheckWaits(unit, record);
        }
        else
        {
            Require(machines.Count == 1, $"{unit} is placed on {string.Join(" and ", machines)}");
            CheckPlace(unit, record, machines.Single());
        }

        foreach (var machine in machines)
        {
            CheckRun(unit, record, machine);
        }
    }

    private void CheckWaits(string unit, UnitRecord record)
    {
        foreach (var candidate in world.Machines.Keys)
        {
            Require(oracle.Objection(candidate, unit, record.Hash) is not null, $"{unit} is not placed, although {candidate} can take it");
            Require(oracle.Objection(candidate, unit, record.Hash, apartFromGlobals: true) is not null, $"{unit} is not placed, although only global units stand in its way on {candidate}");
        }

        var reason = _reasons.Of(unit, world.Now);
        var answers = Answer().Matches(reason).Select(answer => (
            Named: answer.Groups["named"].Value.Split(", "),
            More: answer.Groups["more"].Success ? int.Parse(answer.Groups["more"].Value, CultureInfo.InvariantCulture) : 0,
            Why: answer.Groups["why"].Value)).ToList();
        Require(
            answers.Sum(answer => answer.Named.Length + answer.More) == world.Machines.Count && answers.SelectMany(answer => answer.Named).All(world.Machines.ContainsKey),
            $"{unit} waits and does not say why for each machine: {reason}");
        foreach (var candidate in world.Machines.Keys.Where(candidate => oracle.Objection(candidate, unit, record.Hash, apartFromProcesses: true) is null))
        {
            // Of many machines with one reason not all are named.
            var named = answers.Where(answer => answer.Named.Contains(candidate, StringComparer.Ordinal)).ToList();
            Require(
                (named.Count > 0 ? named : answers.Where(answer => answer.More > 0)).Any(answer => answer.Why.Contains("-AllowProcess", StringComparison.Ordinal)),
                $"{unit} waits, since {candidate} allows no processes, and says: {reason}");
        }
    }

    [GeneratedRegex(@"(?<named>m-\d+(?:, m-\d+)*)(?: and (?<more>\d+) more)?: (?<why>[^;]*)")]
    private static partial Regex Answer();

    private void CheckPlace(string unit, UnitRecord record, string machine)
    {
        var placed = state.Placed[unit]!.Value;
        Require(placed.Move == record.Move, $"{unit} was to be moved to {record.MoveTo}, and nobody has answered");
        Require(placed.Leaving is null, $"{unit} is still about to leave {machine}: {placed.Leaving}");

        // A drain may leave only what has a reason to stay.
        var rules = oracle.Definition(unit, record.Hash);
        if (state.Cordons[machine]?.Value is { Drain: true } && rules.HaWeb.Service is null && rules.Fleet.MachineOf.Count == 0 && !oracle.FollowersOn(machine, unit).Any())
        {
            var taker = world.Machines.Keys.FirstOrDefault(candidate => candidate != machine && oracle.Objection(candidate, unit, record.Hash) is null);
            Require(taker is null || IsHeldUp(rules.Name.Template?.FullName ?? unit), $"{unit} is still on {machine}, which is drained, although {taker} takes it");
        }
    }

    /// <summary>Whether an instance that stands for the same as others is on its way and does not arrive, so that the others wait.</summary>
    private bool IsHeldUp(string template) => state.Updates[template] is { Value.IsUnderWay: true } || state.Placements.Entries.Any(entry =>
        entry.Entry.Value.MovedFrom is not null
        && (entry.Item == template || HaWeb.Core.Units.UnitName.Parse(entry.Item).Template?.FullName == template)
        && state.Status[entry.Owner, entry.Item]?.Value is not { Active: "active" });

    private bool IsUpdated(string unit, UnitRecord record) => state.Updates[record.Template ?? unit] is { Value.IsUnderWay: true };

    private void CheckRun(string unit, UnitRecord record, string machine)
    {
        var status = state.Status[machine, unit]?.Value;
        var isTimer = unit.EndsWith(".timer", StringComparison.Ordinal);
        var running = RunningUnit.Of(world.Machines[machine], unit);
        var runs = running is not null || (isTimer && status is { Active: "active" });
        var held = record.Desired == DesiredState.Launched ? oracle.Leaders(unit, record.Hash).FirstOrDefault(leader => !MayRunWith(unit, record.Hash, leader, machine)) : null;
        if (record.Desired == DesiredState.Launched && held is null)
        {
            Require(status is { Active: "active" } && runs, $"{unit} on {machine} shall run, and is {status?.Active} ({status?.Sub}, {status?.Reason}), running: {runs}");
            var hash = IsUpdated(unit, record) ? state.Placements[machine, unit]!.Value.Hash : record.Hash;
            Require(status!.Restart == record.Restart && status.Hash == hash, $"{unit} has restart {status.Restart} and not {record.Restart}");
        }
        else if (held is not null)
        {
            Require(status is not { Active: "active" } && !runs && status?.Reason.Contains(held, StringComparison.Ordinal) == true, $"{unit} on {machine} depends on {held}, which does not run, and is {status?.Active} ({status?.Reason}), running: {runs}");
        }
        else
        {
            // What a timer has started may run where it is loaded only; it may have asked again, before its agent knew that it runs. So may what another unit needs
            // that was about to stop when that one came.
            Require((status is not { Active: "active" } && !runs) || (running is { Labels.Trigger: { } trigger } && status!.Trigger >= trigger) || (status?.Trigger is not null && RunsForOthers(machine, unit)), $"{unit} on {machine} shall be stopped, and is {status?.Active}, running: {runs}");
        }

        // What is bound to a unit and started after it is of its present run, not of one that has ended since.
        var options = oracle.Definition(unit, record.Hash).Dependencies;
        foreach (var anchor in options.BindsTo.Intersect(options.After).Where(anchor => state.Placements[machine].Contains(anchor)))
        {
            var bound = RunningUnit.Of(world.Machines[machine], anchor);
            Require(running is null || running.StartedAt >= bound?.StartedAt, $"{unit} on {machine} runs since {running?.StartedAt:HH:mm:ss.fff}, and {anchor}, which it is bound to, since {bound?.StartedAt:HH:mm:ss.fff}");
        }

        var command = world.Machines[machine].Processes.Runs.FirstOrDefault(run => run is { IsMain: false, ExitCode: null } && run.Labels.Unit == unit);
        Require(command is null, $"{unit} on {machine} is {status?.Active}, and its command {command?.Spec.Path} still runs");
    }

    /// <summary>Whether what depends on a unit may run: it has no place there, or it is active.</summary>
    /// <summary>What it is merely part of takes it along when it stops, and does not keep it from a start that was asked for later.</summary>
    private bool MayRunWith(string unit, string hash, string leader, string machine) =>
        !state.Placements[machine].Contains(leader)
        || state.Status[machine, leader]?.Value is { Active: "active" }
        || (oracle.Definition(unit, hash).Dependencies is { PartOf: [var whole], BindsTo: [], Requires: [] } && whole == leader
            && state.Placements[machine, unit]!.ModRevision > state.Placements[machine, leader]!.ModRevision);

    private void CheckUpdates()
    {
        foreach (var (name, update) in state.Updates.Entries)
        {
            var view = UpdateView.Find(state, name, world.Now)!;
            Require(!update.Value.IsUnderWay || (update.Value.Steps.Count == 0 && view.Reason.Length > 0), $"the update of {name} is {update.Value.State} with {string.Join(", ", view.UnderWay)} under way, and says: {view.Reason}");
            if (update.Value.State == UpdateState.Done)
            {
                Require(view.Done == view.Total, $"the update of {name} is done, and {view.Total - view.Done} of {view.Total} have not got its file");
            }
        }
    }

    private void CheckContainers()
    {
        foreach (var machine in world.Machines.Values)
        {
            var ours = machine.Docker.Containers.Where(container => container.IsOurs).ToList();
            foreach (var container in ours)
            {
                Require(state.Placements[machine.Id].Contains(container.Labels.Unit), $"{machine.Id} has {container.Name} ({(container.Running ? "running" : "ended")}), whose unit is not placed there");
            }

            foreach (var run in machine.Processes.Runs)
            {
                Require(state.Placements[machine.Id].Contains(run.Labels.Unit), $"{machine.Id} has the process {run.Number} of {run.Labels.Unit} ({(run.ExitCode is null ? "running" : "ended")}), which is not placed there");
            }

            var twice = ours.Where(container => container.Running).GroupBy(container => container.Labels.Unit).FirstOrDefault(group => group.Count() > 1);
            Require(twice is null, $"{machine.Id} runs {twice?.Key} twice");
        }
    }

    private void CheckKeys()
    {
        foreach (var (machine, unit, _) in state.Status.Entries)
        {
            Require(state.Placements[machine].Contains(unit), $"{machine} says something of {unit}, which is not placed there");
        }

        foreach (var (machine, unit, _) in state.Balancers.Entries)
        {
            Require(state.Placements[machine].Contains(unit), $"the balancer {unit} is registered on {machine} and not placed there");
        }

        foreach (var (unit, placed) in state.Placed.Entries)
        {
            // While it waits, what is remembered of it is no place.
            Require(
                placed.Value is { Machine: "", LostOn: not null } or { Machine: "", Avoid.Count: > 0 }
                    ? state.Placements.OwnersOf(unit).Count == 0 && state.Units[unit] is { Value.Desired: not DesiredState.Inactive }
                    : state.Placements[placed.Value.Machine].Contains(unit),
                $"{unit} has a placed key and no entry");
        }

        foreach (var (machine, unit, entry) in state.Placements.Entries)
        {
            Require(entry.Value.State != PlacementState.Leave, $"{unit} has not left {machine}");
        }
    }

    private void CheckSharedAddresses()
    {
        foreach (var machine in world.Machines.Values)
        {
            var sharing = state.Placements[machine.Id].Entries
                .Where(entry => entry.Value.Value.State == PlacementState.Run && oracle.Definition(entry.Key, entry.Value.Value.Hash).HaWeb.VirtualIP is not null)
                .Select(entry => entry.Key);
            Require(machine.Routers.Keys.SequenceEqual(sharing.Order(StringComparer.Ordinal)), $"{machine.Id} runs keepalived for {string.Join(", ", machine.Routers.Keys)} and not for {string.Join(", ", sharing)}");
        }

        var able = world.Machines.Values.Where(machine => machine.Routers.Count > 0).Select(machine => machine.Id).ToList();
        var held = world.Addresses.Holders.Select(one => one.Value).ToList();
        Require(held.Count == Math.Min(able.Count, 1) && held.TrueForAll(able.Contains), $"the address is held by {string.Join(", ", held)}, and could be by {string.Join(", ", able)}");
        foreach (var (machine, unit, balancer) in state.Balancers.Entries.Where(entry => entry.Entry.Value.VirtualIP is not null))
        {
            Require((balancer.Value.AddressRole is AddressRole.Holder) == held.Contains(machine), $"{unit} on {machine} says that it is {balancer.Value.AddressRole}");
        }
    }

    /// <summary>Whether a unit that is loaded only was started by one that needs it.</summary>
    private bool RunsForOthers(string machine, string unit) =>
        RunningUnit.Of(world.Machines[machine], unit) is { } running
        && (running.Labels.Trigger is not null || state.Status[machine, unit]?.Value.Trigger is not null)
        && state.Placements[machine].Entries.Any(entry => oracle.Definition(entry.Key, entry.Value.Value.Hash).Dependencies is var options && options.BindsTo.Concat(options.Requires).Contains(unit, StringComparer.Ordinal));

    private void CheckBalancers()
    {
        foreach (var service in (string[])["website", "api"])
        {
            var wanted = state.Placements.Entries
                .Where(entry => entry.Entry.Value.State == PlacementState.Run || RunsForOthers(entry.Owner, entry.Item))
                .Where(entry => oracle.Definition(entry.Item, entry.Entry.Value.Hash).HaWeb.Service == service)
                .Select(entry => $"{world.Machines[entry.Owner].Address}:{oracle.Definition(entry.Item, entry.Entry.Value.Hash).AdvertisedPort}")
                .Order(StringComparer.Ordinal)
                .ToList();
            var advertised = state.Backends[service].Entries.Where(entry => entry.Value.Lease != 0).Select(entry => entry.Value.Value.Endpoint).Order(StringComparer.Ordinal).ToList();
            Require(wanted.SequenceEqual(advertised), $"backends of {service} are {string.Join(", ", advertised)} and not {string.Join(", ", wanted)}");
            wanted = [.. wanted.Concat(state.Backends[service].Entries.Where(entry => entry.Value.Lease == 0).Select(entry => entry.Value.Value.Endpoint)).Order(StringComparer.Ordinal)];
            foreach (var (machine, unit, balancer) in state.Balancers.Entries.Where(entry => entry.Entry.Value.Services.Contains(service)))
            {
                var said = balancer.Value.External.Where(one => one.Service == service).Select(one => (one.Name, one.Revision, one.Healthy)).ToList();
                Require(
                    said.SequenceEqual(state.Backends[service].Entries.Where(entry => entry.Value.Lease == 0).Select(entry => (entry.Key, entry.Value.ModRevision, true))),
                    $"{unit} on {machine} says of what was registered by hand: {string.Join(", ", said)}");
                if (world.Machines[machine].Docker.RunningOf(unit) is { } nginx)
                {
                    var served = RuleBook.Servers(nginx.ServedConfig, service).Order(StringComparer.Ordinal).ToList();
                    var keeps = wanted.Count == 0 && oracle.Definition(unit, state.Placements[machine, unit]!.Value.Hash).HaWeb.WhenEmpty == HaWeb.Core.Units.EmptyServiceAnswer.KeepLast;
                    Require(keeps || balancer.Value.Stale.Contains(service) || served.SequenceEqual(wanted), $"{unit} serves {string.Join(", ", served)} of {service} and not {string.Join(", ", wanted)}");
                }
            }
        }
    }
}
