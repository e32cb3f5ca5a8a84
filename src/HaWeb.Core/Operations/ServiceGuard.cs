using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>
/// Keeps planned operations from taking the last healthy backend of a service. A service keeps one that stays; the guards require that it is still
/// meant to stay when the transaction commits, so two operators cannot each take one of the last two.
/// </summary>
internal sealed class ServiceGuard
{
    private readonly Dictionary<UnitName, string> _last = [];
    private readonly Dictionary<UnitName, List<StoreCompare>> _guards = [];

    private ServiceGuard()
    {
    }

    /// <summary>Judges an operation as a whole.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="taken">The units that it stops, for good or for a while.</param>
    /// <param name="force">Whether it may take the last ones.</param>
    /// <param name="oneByOne">Whether each of them serves again before the next one is taken.</param>
    public static ServiceGuard Judge(ClusterState state, IReadOnlyCollection<UnitName> taken, bool force, bool oneByOne = false)
    {
        var guard = new ServiceGuard();
        if (force || taken.Count == 0)
        {
            return guard;
        }

        var units = taken.ToHashSet();
        foreach (var service in state.Backends.Owners)
        {
            var serving = Serving(state, service);
            var lost = serving.Where(backend => backend.Unit is not null && units.Contains(backend.Unit)).Select(backend => backend.Unit!).Distinct().ToList();
            var steady = serving.Find(backend => backend.Unit is null || !units.Contains(backend.Unit));
            foreach (var unit in lost)
            {
                var stays = oneByOne ? serving.Find(backend => backend.Unit != unit) : steady;
                if (stays is null)
                {
                    guard._last.TryAdd(unit, service);
                }
                else if (!guard._guards.TryAdd(unit, [.. stays.Guards]))
                {
                    guard._guards[unit].AddRange(stays.Guards);
                }
            }
        }

        return guard;
    }

    /// <summary>Why this unit must not be taken; null when it may.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="doing">What is about to be done with it, in the form <c>Stopping</c>.</param>
    public OperationRefusal? Refusal(UnitName unit, string doing) => _last.TryGetValue(unit, out var service)
        ? new OperationRefusal(
            "LastHealthyBackend",
            RefusalKind.Unsafe,
            unit.FullName,
            $"{doing} {unit} would leave service {service} without a healthy backend. Start another instance first, take fewer at once, or use -Force.")
        : null;

    /// <summary>What must still hold when this unit is taken.</summary>
    public IReadOnlyList<StoreCompare> Guards(UnitName unit) => _guards.TryGetValue(unit, out var guards) ? guards : [];

    /// <summary>The backends of a service that are healthy and meant to stay so.</summary>
    internal static List<Candidate> Serving(ClusterState state, string service)
    {
        var serving = new List<Candidate>();
        foreach (var (item, backend) in state.Backends[service].Entries)
        {
            var key = state.Keys.Backend(service, item);
            if (BackendOwner.Of(state, item, backend) is not { } owner)
            {
                // Registered by hand: the operator's word counts until a balancer's machine says that it does not answer.
                if (ExternalJudgement.Of(state, service, item, backend.ModRevision).All(one => one.Health.Healthy))
                {
                    serving.Add(new Candidate(null, [StoreCompare.CreatedAt(key, backend.CreateRevision)]));
                }
            }
            else if (IsSteady(state, owner))
            {
                serving.Add(new Candidate(
                    owner.Unit,
                    [
                        StoreCompare.CreatedAt(key, backend.CreateRevision),
                        UnitRecords.Unchanged(state, owner.Unit),
                        StoreCompare.ModifiedAt(state.Keys.Placement(owner.Machine, owner.Unit.FullName), state.Placements[owner.Machine, owner.Unit.FullName]!.ModRevision),
                    ]));
            }
        }

        return serving;
    }

    /// <summary>Whether nothing is under way that stops or restarts the unit on this machine.</summary>
    private static bool IsSteady(ClusterState state, BackendOwner owner)
    {
        var unit = state.Units[owner.Unit.FullName]?.Value;
        var placement = state.Placements[owner.Machine, owner.Unit.FullName]?.Value;
        var status = state.Status[owner.Machine, owner.Unit.FullName]?.Value;
        return unit is { Desired: DesiredState.Launched }
            && placement is { State: PlacementState.Run }
            && placement.Hash == unit.Hash
            && placement.Restart == unit.Restart
            && (state.Placed[owner.Unit.FullName]?.Value is not { } placed || (placed.Leaving is null && unit.Move <= placed.Move))
            && status?.Restart == unit.Restart
            && status.Hash == unit.Hash;
    }

    /// <param name="Unit">The unit; null when it was registered by hand.</param>
    /// <param name="Guards">What must hold so that it is meant to stay.</param>
    internal sealed record Candidate(UnitName? Unit, IReadOnlyList<StoreCompare> Guards);
}
