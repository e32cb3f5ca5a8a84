using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Keeps a <see cref="Planner"/> in step with the cluster's state. Decisions that are under way stand in it too, until they are seen or taken back.
/// </summary>
public sealed class PlacementView
{
    private static readonly IReadOnlySet<string> Nothing = new SortedSet<string>(StringComparer.Ordinal);

    private readonly ClusterState _state;
    private readonly UnitCatalog _catalog;
    private readonly Dictionary<string, SortedSet<string>> _places = new(StringComparer.Ordinal);

    /// <summary>Makes one of a state, with what is in it now.</summary>
    public PlacementView(ClusterState state)
    {
        _state = state;
        _catalog = new UnitCatalog(state);
        foreach (var machine in state.Machines.Names)
        {
            SyncMachine(machine);
        }

        foreach (var unit in state.Placements.Entries.Select(entry => entry.Item).Distinct(StringComparer.Ordinal).ToList())
        {
            Resync(unit);
        }
    }

    /// <summary>The planner.</summary>
    public Planner Planner { get; } = new();

    /// <summary>A key of the state has changed.</summary>
    public void Changed(ClusterKey key)
    {
        switch (key.Table)
        {
            case ClusterTable.Machines or ClusterTable.Sessions or ClusterTable.Metadata or ClusterTable.Cordons:
                SyncMachine(key.Name);
                break;
            case ClusterTable.Placements:
                Resync(key.Item);
                break;
        }
    }

    /// <summary>Places a unit as the state has it, whatever was decided.</summary>
    public void Resync(string unit)
    {
        foreach (var machine in Places(unit).ToList())
        {
            Unplace(machine, unit);
        }

        foreach (var machine in _state.Placements.OwnersOf(unit))
        {
            Place(machine, RulesOn(machine, unit), _state.Placements[machine, unit]!.Value.State == PlacementState.Leave);
        }
    }

    /// <summary>Notes a decision: the unit is placed there.</summary>
    public void Place(string machine, PlacementRules rules, bool leaving = false)
    {
        Planner.Place(machine, rules, leaving);
        if (!_places.TryGetValue(rules.Unit, out var places))
        {
            _places.Add(rules.Unit, places = new SortedSet<string>(StringComparer.Ordinal));
        }

        places.Add(machine);
    }

    /// <summary>Notes a decision: the unit leaves the machine; until it has, it counts by the file that it runs there.</summary>
    public void Leave(string machine, string unit) => Place(machine, RulesOn(machine, unit), leaving: true);

    /// <summary>Notes a decision: the unit is placed there no longer.</summary>
    public void Unplace(string machine, string unit)
    {
        Planner.Unplace(machine, unit);
        if (_places.TryGetValue(unit, out var places) && places.Remove(machine) && places.Count == 0)
        {
            _places.Remove(unit);
        }
    }

    /// <summary>The rules of a unit as its stored file has them; null when the file is missing or wrong.</summary>
    public PlacementRules? RulesOf(string unit) =>
        _state.Units[unit] is { } record ? _catalog.RulesOf(unit, record.Value.Hash) : null;

    /// <summary>The machines that a unit is kept away from now.</summary>
    public IReadOnlySet<string> AvoidedBy(string unit, DateTimeOffset now) =>
        _state.Placed[unit]?.Value.Avoid is { Count: > 0 } avoid
            ? new SortedSet<string>(avoid.Where(pair => pair.Value > now).Select(pair => pair.Key), StringComparer.Ordinal)
            : Nothing;

    private PlacementRules RulesOn(string machine, string unit) =>
        _catalog.RulesOf(unit, _state.Placements[machine, unit]!.Value.Hash) ?? new PlacementRules(unit);

    private IEnumerable<string> Places(string unit) => _places.TryGetValue(unit, out var places) ? places : Enumerable.Empty<string>();

    private void SyncMachine(string machine)
    {
        if (_state.Machines[machine]?.Value is not { } record)
        {
            Planner.RemoveMachine(machine);
            return;
        }

        var metadata = new SortedDictionary<string, string>(record.Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in _state.Metadata[machine]?.Value.Values ?? [])
        {
            metadata[key] = value;
        }

        Planner.SetMachine(new PlanMachine(machine)
        {
            Alive = _state.Sessions.Contains(machine),
            Cordoned = _state.Cordons.Contains(machine) || _state.Malformed.ContainsKey(_state.Keys.Cordon(machine)),
            DockerAnswers = record.DockerDownSince is null,
            AllowProcess = record.AllowProcess,
            MaxUnits = record.MaxUnits,
            Metadata = metadata,
        });
    }
}
