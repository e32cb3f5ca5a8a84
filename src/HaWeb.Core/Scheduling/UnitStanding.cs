using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>How placed units stand: what drains and updates go by before they take one.</summary>
internal sealed class UnitStanding(ClusterState state, PlacementView view)
{
    private readonly Dictionary<string, string?> _unheard = new(StringComparer.Ordinal);

    /// <summary>Whether a unit has arrived: where it is, it is what it is to be, or its run is over.</summary>
    public bool IsSettled(string unit)
    {
        if (state.Units[unit] is not { } record || record.Value.Desired == DesiredState.Inactive)
        {
            return true;
        }

        return state.Placed[unit]?.Value.Leaving is null
            && state.Placements.OwnersOf(unit) is { Count: > 0 } owners
            && owners.All(machine => IsSettledOn(machine, unit, record.Value));
    }

    /// <summary>
    /// Whether a unit that shall run on a machine does what it is there for, active and healthy with the file that it shall run or cleanly ended, and nobody has
    /// asked for anything that would end that.
    /// </summary>
    public bool IsAvailable(string machine, string unit) =>
        state.Placements[machine, unit] is { } entry
        && IsToStay(machine, unit, entry)
        && (HasEnded(machine, unit, entry) ? state.Status[machine, unit]!.Value is { Active: "inactive", ExitCode: 0 } : IsWell(machine, unit, entry));

    /// <summary>
    /// Whether the agent has said how a backend is. One that has just come back may be all that balancers still serve, before it has looked at its containers;
    /// and what shall be restarted goes on serving until its agent does that.
    /// </summary>
    public bool IsJudged(string machine, string unit)
    {
        var entry = state.Placements[machine, unit]!;
        return state.Units[unit]?.Value.Desired != DesiredState.Launched
            || (state.Status[machine, unit]?.Value is { } status && status.Generation == entry.CreateRevision && status.Restart == entry.Value.Restart && status is not { IsActive: true, Healthy: null });
    }

    /// <summary>Why a backend is not to be stopped before its balancers have said what they serve, since no stop would wait for them; null when it may be.</summary>
    public string? WaitForBalancers(string machine, string unit, string service) =>
        MayBeServed(machine, unit) && UnheardBalancer(service) is { } balancer ? $"{balancer} has not said yet what it serves" : null;

    /// <summary>
    /// Whether a placed balancer may serve and cannot be waited for: it is about to serve, or its agent has just come back, or its machine has gone a moment ago,
    /// and its nginx may run on with the config that it had.
    /// </summary>
    public bool IsUnheard(string machine, string unit)
    {
        if (state.Placements[machine, unit] is not { Value.State: PlacementState.Run } entry)
        {
            return false;
        }

        if (!state.Sessions.Contains(machine))
        {
            // A global unit keeps its place on a machine that is lost.
            return !view.IsGlobal(unit);
        }

        // One that fails, ends, has no config or waits for something, Docker too, is not about to serve.
        var mayStart = state.Machines[machine] is { Value.DockerDownSince: null } && state.Balancers[machine, unit] is null or { Value.Error: null };
        return state.Status[machine, unit]?.Value switch
        {
            null => mayStart,
            { Generation: var generation } when generation != entry.CreateRevision => mayStart,
            { Active: "activating", Restarts: 0 } or { Active: "inactive", ExitCode: null, Reason: "" } => mayStart,
            var status => status is { IsActive: true, Sub: not "exited" } && state.Balancers[machine, unit] is null,
        };
    }

    /// <summary>What must still hold so that another unit, or a backend that was registered by hand and answers, goes on serving a service; null when none does.</summary>
    /// <param name="service">The service.</param>
    /// <param name="isTaken">Which units do not count, since they are taken too.</param>
    public IReadOnlyList<StoreCompare>? OtherServing(string service, Predicate<string> isTaken)
    {
        if (view.UnitsOf(service).FirstOrDefault(unit => !isTaken(unit) && IsServing(unit)) is not { } stays)
        {
            return ExternalJudgement.Serving(state, service) is { } external ? [StoreCompare.ModifiedAt(state.Keys.Backend(service, external.Name), external.Revision)] : null;
        }

        return
        [
            StoreCompare.ModifiedAt(state.Keys.Unit(stays), state.Units[stays]!.ModRevision),
            .. state.Placements.OwnersOf(stays).Select(owner => StoreCompare.ModifiedAt(state.Keys.Placement(owner, stays), state.Placements[owner, stays]!.ModRevision)).Take(1),
        ];
    }

    /// <summary>Whether a unit is a healthy backend somewhere, and nobody has asked for anything that would end that.</summary>
    public bool IsServing(string unit) => state.Placements.OwnersOf(unit).Any(machine => IsServing(machine, unit));

    /// <summary>As <see cref="IsServing(string)"/>, on one machine.</summary>
    public bool IsServing(string machine, string unit) =>
        state.Placements[machine, unit] is { } entry
        && IsToStay(machine, unit, entry)
        && IsActive(machine, unit, entry)
        && state.Status[machine, unit]!.Value.Healthy == true;

    /// <summary>A balancer of a service that cannot be waited for, as <c>UNIT on MACHINE</c>; null when there is none.</summary>
    private string? UnheardBalancer(string service)
    {
        if (!_unheard.TryGetValue(service, out var balancer))
        {
            balancer = view.BalancersOf(service)
                .SelectMany(unit => state.Placements.OwnersOf(unit).Select(machine => (Unit: unit, Machine: machine)))
                .Where(place => IsUnheard(place.Machine, place.Unit))
                .Select(place => $"{place.Unit} on {place.Machine}")
                .FirstOrDefault();
            _unheard.Add(service, balancer);
        }

        return balancer;
    }

    /// <summary>Whether a backend may be in what a balancer serves: it is to run, and its run has not ended nor is about to begin.</summary>
    private bool MayBeServed(string machine, string unit) =>
        state.Units[unit]?.Value.Desired == DesiredState.Launched
        && state.Placements[machine, unit] is { } entry
        && !HasEnded(machine, unit, entry)
        && state.Status[machine, unit]?.Value is not { Active: "activating" };

    private bool IsToStay(string machine, string unit, Versioned<PlacementRecord> entry) =>
        state.Units[unit]?.Value is { Desired: DesiredState.Launched } record
        && entry.Value.State == PlacementState.Run
        && entry.Value.Restart == record.Restart
        && (entry.Value.Hash == record.Hash || view.IsRolling(unit))
        && !view.Planner.IsLeaving(machine, unit)
        && (state.Placed[unit]?.Value is not { } placed || record.Move <= placed.Move);

    private bool IsSettledOn(string machine, string unit, UnitRecord record)
    {
        var entry = state.Placements[machine, unit]!;
        if (entry.Value.State == PlacementState.Leave)
        {
            return false;
        }

        return record.Desired != DesiredState.Launched || HasEnded(machine, unit, entry) || IsWell(machine, unit, entry);
    }

    private bool IsWell(string machine, string unit, Versioned<PlacementRecord> entry) =>
        IsActive(machine, unit, entry) && (view.RulesOn(machine, unit).Service is null || state.Status[machine, unit]!.Value.Healthy == true);

    /// <summary>Whether its run is over: it has arrived, whatever came of it.</summary>
    private bool HasEnded(string machine, string unit, Versioned<PlacementRecord> entry) =>
        state.Status[machine, unit]?.Value is { } status
        && status.Generation == entry.CreateRevision
        && (status.Active == "failed" || status is { Active: "inactive", ExitCode: not null });

    private bool IsActive(string machine, string unit, Versioned<PlacementRecord> entry) =>
        state.Sessions.Contains(machine)
        && state.Status[machine, unit]?.Value is { IsActive: true } status
        && status.Generation == entry.CreateRevision
        && status.Restart == entry.Value.Restart
        && status.Hash == entry.Value.Hash;
}
