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
    private readonly Dictionary<UnitName, (string Service, UnitName Backend)> _last = [];
    private readonly Dictionary<UnitName, List<StoreCompare>> _guards = [];

    private ServiceGuard()
    {
    }

    /// <summary>Judges an operation as a whole.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="taken">The units that it stops, for good or for a while. Those that follow them on their machines are taken with them.</param>
    /// <param name="force">Whether it may take the last ones.</param>
    /// <param name="oneByOne">Whether each of them serves again before the next one is taken.</param>
    public static ServiceGuard Judge(ClusterState state, IReadOnlyCollection<UnitName> taken, bool force, bool oneByOne = false)
    {
        var guard = new ServiceGuard();
        if (force || taken.Count == 0)
        {
            return guard;
        }

        var followers = new UnitFollowers(state);
        var with = taken.Distinct().ToDictionary(unit => unit, unit => (HashSet<UnitName>)[unit, .. followers.Of(unit.FullName).Select(follower => UnitName.Parse(follower.Unit))]);
        var takers = with.SelectMany(one => one.Value.Select(unit => (Unit: unit, Taker: one.Key))).ToLookup(one => one.Unit, one => one.Taker);
        foreach (var service in state.Backends.Owners)
        {
            var serving = Serving(state, service);
            var steady = serving.Find(backend => backend.Unit is null || !takers.Contains(backend.Unit));
            var lost = serving.Where(backend => backend.Unit is not null).SelectMany(backend => takers[backend.Unit!].Select(taker => (Taker: taker, Backend: backend.Unit!)));
            foreach (var (taker, backend) in lost.DistinctBy(one => one.Taker))
            {
                var stays = oneByOne ? serving.Find(other => other.Unit is null || !with[taker].Contains(other.Unit)) : steady;
                if (stays is null)
                {
                    guard._last.TryAdd(taker, (service, backend));
                }
                else if (!guard._guards.TryAdd(taker, [.. stays.Guards]))
                {
                    guard._guards[taker].AddRange(stays.Guards);
                }
            }
        }

        return guard;
    }

    /// <summary>Why this unit must not be taken; null when it may.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="doing">What is about to be done with it, in the form <c>Stopping</c>.</param>
    public OperationRefusal? Refusal(UnitName unit, string doing) => _last.TryGetValue(unit, out var last)
        ? new OperationRefusal(
            "LastHealthyBackend",
            RefusalKind.Unsafe,
            unit.FullName,
            $"{doing} {unit} would leave service {last.Service} without a healthy backend{(last.Backend == unit ? "" : $", since {last.Backend} follows it")}. Start another instance first, take fewer at once, or use -Force.")
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
