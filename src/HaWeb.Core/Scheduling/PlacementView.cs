using HaWeb.Core.Cluster;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// Keeps a <see cref="Planner"/>, the <see cref="UnitTies"/> and the <see cref="Agenda"/> in step with the cluster's state. Decisions that are under way stand
/// in it too, until they are seen or taken back.
/// </summary>
public sealed class PlacementView
{
    private static readonly IReadOnlySet<string> Nothing = new SortedSet<string>(StringComparer.Ordinal);

    private readonly ClusterState _state;
    private readonly UnitCatalog _catalog;
    private readonly Dictionary<string, SortedSet<string>> _places = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _globals = new(Units.UnitNameComparer.Instance);
    private readonly SortedSet<string> _draining = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _dockerless = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _silent = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _moving = new(Units.UnitNameComparer.Instance);
    private readonly SortedSet<string> _balancers = new(Units.UnitNameComparer.Instance);
    private readonly Dictionary<string, SortedSet<string>> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _serviceOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _arrived = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _claims = new(Units.UnitNameComparer.Instance);
    private InstanceIndex? _instances;
    private bool _isUpdating;

    /// <summary>Makes one of a state, with what is in it now. Everything is due.</summary>
    public PlacementView(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _state = state;
        _catalog = new UnitCatalog(state);
        foreach (var machine in state.Machines.Names.Concat(state.Cordons.Names).Concat(state.Placements.Owners))
        {
            SyncMachine(machine);
        }

        var units = state.Units.Names.Concat(state.Placed.Names).Concat(state.Placements.Entries.Select(entry => entry.Item));
        foreach (var unit in units.Distinct(StringComparer.Ordinal).ToList())
        {
            Reread(unit);
        }

        Agenda.DrainsAreDue = _draining.Count > 0;
        SyncUpdates();
    }

    /// <summary>The planner.</summary>
    public Planner Planner { get; } = new();

    /// <summary>Which units are MachineOf which.</summary>
    public UnitTies Ties { get; } = new();

    /// <summary>What has to be looked at.</summary>
    public Agenda Agenda { get; } = new();

    /// <summary>What has been seen of the units that rolling updates try.</summary>
    public UpdateTrials Trials { get; } = new();

    /// <summary>What has been seen of the units that are stranded where Docker does not answer.</summary>
    public Strandings Strandings { get; } = new();

    /// <summary>The machines whose Docker does not answer, by id.</summary>
    public IReadOnlyCollection<string> Dockerless => _dockerless;

    /// <summary>The machines that are drained, by id.</summary>
    public IReadOnlyCollection<string> Draining => _draining;

    /// <summary>The machines that have units and no session, by id.</summary>
    public IReadOnlyCollection<string> Silent => _silent;

    /// <summary>The units that leave a machine for another one, or have come from one by the engine's decision, by name.</summary>
    public IReadOnlyCollection<string> Moving => _moving;

    /// <summary>A key of the state has changed.</summary>
    public void Changed(ClusterKey key)
    {
        switch (key.Table)
        {
            case ClusterTable.Machines or ClusterTable.Sessions or ClusterTable.Metadata or ClusterTable.Cordons:
                SyncMachine(key.Name);
                if (key.Table == ClusterTable.Sessions)
                {
                    DueLost(key.Name);
                }

                break;
            case ClusterTable.Updates:
                SyncUpdates();
                break;
            case ClusterTable.Units:
                _instances?.Set(key.Name, _state.Units[key.Name]?.Value.Template);
                Reread(key.Name);
                break;
            case ClusterTable.Files:
                Agenda.TakeUnreadable().ForEach(Reread);
                break;
            case ClusterTable.Placed:
                Resync(key.Name);
                MakeDue(key.Name);
                DueTied(key.Name);
                break;
            case ClusterTable.Placements when IsGlobal(key.Item):
                SyncPlace(key.Name, key.Item);
                SyncTies(key.Item);
                Agenda.Due(key.Item, key.Name);
                SyncSilence(key.Name);
                break;
            case ClusterTable.Placements:
                Resync(key.Item);
                MakeDue(key.Item);
                SyncTies(key.Item);
                SyncSilence(key.Name);
                break;
        }

        Agenda.DrainsAreDue |= _draining.Count > 0;
        Agenda.UpdatesAreDue |= _isUpdating;
    }

    /// <summary>Takes back what was decided on a unit: it is where the state has it, and has to be decided on again.</summary>
    public void Retry(string unit)
    {
        Unclaim(unit);
        Resync(unit);
        MakeDue(unit);
        DueTied(unit);
        Agenda.DrainsAreDue |= _draining.Count > 0;
        Agenda.UpdatesAreDue |= _isUpdating;
    }

    /// <summary>Whether a global unit is updated one machine after the other now, so that each of its entries keeps its own hash.</summary>
    public bool IsRolling(string unit) => _isUpdating && _globals.Contains(unit) && _state.Updates[_state.Units[unit]?.Value.Template ?? unit] is { Value.IsUnderWay: true };

    /// <summary>The units that were made from a template, by name.</summary>
    public IReadOnlyCollection<string> InstancesOf(string template) => (_instances ??= new InstanceIndex(_state)).Of(template);

    /// <summary>Whether a unit is to run on every machine that takes it.</summary>
    public bool IsGlobal(string unit) => _globals.Contains(unit);

    /// <summary>Notes a decision: the unit is placed there.</summary>
    public void Place(string machine, PlacementRules rules, bool leaving = false)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Planner.Place(machine, rules, leaving);
        if (!_places.TryGetValue(rules.Unit, out var places))
        {
            _places.Add(rules.Unit, places = new SortedSet<string>(StringComparer.Ordinal));
        }

        places.Add(machine);
    }

    /// <summary>Notes a decision: the unit is placed there as soon as it has left its machine, or others that one, and nobody takes it from it meanwhile.</summary>
    public void Claim(string machine, PlacementRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Unclaim(rules.Unit);
        if (!Places(rules.Unit).Contains(machine))
        {
            Place(machine, rules);
            _claims.Add(rules.Unit, machine);
        }
    }

    /// <summary>Takes a claim back, if the unit has one.</summary>
    public void Unclaim(string unit)
    {
        if (_claims.Remove(unit, out var machine))
        {
            Unplace(machine, unit);
        }
    }

    /// <summary>Notes a decision: the unit leaves the machine; until it has, it counts by the file that it runs there.</summary>
    public void Leave(string machine, string unit) => Place(machine, RulesOn(machine, unit), leaving: true);

    /// <summary>Notes a decision: the unit is placed there no longer.</summary>
    public void Unplace(string machine, string unit)
    {
        Planner.Unplace(machine, unit);
        Agenda.Opened(machine);
        if (_places.TryGetValue(unit, out var places) && places.Remove(machine) && places.Count == 0)
        {
            _places.Remove(unit);
        }
    }

    /// <summary>The machines that a unit is placed on, decisions under way included, by id.</summary>
    public IReadOnlyCollection<string> Places(string unit) => _places.TryGetValue(unit, out var places) ? places : [];

    /// <summary>The rules of a unit as its stored file has them; null when the file is missing or wrong.</summary>
    public PlacementRules? RulesOf(string unit) =>
        _state.Units[unit] is { } record ? _catalog.RulesOf(unit, record.Value.Hash) : null;

    /// <summary>The rules of a unit as a file has them; null when the file is missing or wrong.</summary>
    public PlacementRules? RulesOf(string unit, string hash) => _catalog.RulesOf(unit, hash);

    /// <summary>As <see cref="RulesOf(string)"/>, and no rules where nobody can read them.</summary>
    public PlacementRules RulesOrNone(string unit) => RulesOf(unit) ?? new PlacementRules(unit);

    /// <summary>A unit as a file has it; null when the file is missing or wrong.</summary>
    public Units.UnitDefinition? DefinitionOf(string unit, string hash) => _catalog.Find(unit, hash);

    /// <summary>The rules of a unit as the file has them that it runs on a machine.</summary>
    public PlacementRules RulesOn(string machine, string unit) =>
        (_state.Placements[machine, unit] is { } entry ? _catalog.RulesOf(unit, entry.Value.Hash) : null) ?? new PlacementRules(unit);

    /// <summary>The machines that a unit is kept away from now.</summary>
    public IReadOnlySet<string> AvoidedBy(string unit, DateTimeOffset now) =>
        _state.Placed[unit]?.Value.Avoid is { Count: > 0 } avoid
            ? new SortedSet<string>(avoid.Where(pair => pair.Value > now).Select(pair => pair.Key), StringComparer.Ordinal)
            : Nothing;

    /// <summary>The rules of the units that follow a unit and are placed nowhere else, machines that are gone not counted: those that go where it goes.</summary>
    public IReadOnlyList<PlacementRules> FollowersOf(string unit)
    {
        var group = GroupOf(unit);
        return group.Count == 0
            ? []
            : [.. group.Where(follower => Places(follower).All(machine => Places(unit).Contains(machine) || _silent.Contains(machine))).Select(RulesOf).OfType<PlacementRules>()];
    }

    /// <summary>The units that shall be where a unit is, each after those that it follows itself.</summary>
    public IReadOnlyList<string> GroupOf(string unit) => [.. Ties.GroupOf(unit).Where(IsWanted)];

    /// <summary>The units that follow a unit directly and are placed on a machine, those on their way out and decisions under way included, by name.</summary>
    public IEnumerable<string> FollowersOn(string machine, string unit) =>
        Ties.FollowersOf(unit).Where(follower => Places(follower).Contains(machine) && _claims.GetValueOrDefault(follower) != machine);

    /// <summary>The units that are to be backends of a service, by name.</summary>
    public IReadOnlyCollection<string> UnitsOf(string service) => _services.TryGetValue(service, out var units) ? units : [];

    /// <summary>The units that are to balance a service, by name.</summary>
    public IEnumerable<string> BalancersOf(string service) => _balancers.Where(unit => RulesOf(unit)?.Balances.Contains(service, StringComparer.Ordinal) == true);

    /// <summary>Lists what may have become possible since machines were opened: waiting units that one of them could take, and global units there.</summary>
    public void Open(DateTimeOffset now)
    {
        Agenda.Retry(now, GoesFirst);
        var opened = Agenda.TakeOpened();
        if (opened.Count > 0)
        {
            // The machine that was claimed may be lost to it, and another one may be free by now.
            _claims.Keys.ToList().ForEach(MakeDue);
        }

        foreach (var machine in opened)
        {
            foreach (var unit in Agenda.Waiting.ToList())
            {
                if (RulesOf(unit) is not { } rules || rules.Replaces.Count > 0 || Planner.CouldTake(rules, machine, AvoidedBy(unit, now)))
                {
                    MakeDue(unit);
                }
            }

            foreach (var unit in _globals)
            {
                Agenda.Due(unit, machine);
            }
        }
    }

    /// <summary>A unit has arrived where it was moved to, and is what it is to be there.</summary>
    public void Arrived(string unit)
    {
        _moving.Remove(unit);
        foreach (var machine in _state.Placements.OwnersOf(unit))
        {
            _arrived[unit] = _state.Placements[machine, unit]!.CreateRevision;
        }
    }

    /// <summary>A unit has to be decided on.</summary>
    public void MakeDue(string unit) => Agenda.Due(unit, GoesFirst(unit));

    private void Resync(string unit)
    {
        var owners = _state.Placements.OwnersOf(unit);
        var claimed = _claims.GetValueOrDefault(unit);
        if (claimed is not null && owners.Contains(claimed))
        {
            _claims.Remove(unit);
        }

        foreach (var machine in Places(unit).Where(machine => machine != claimed).Union(owners, StringComparer.Ordinal).ToList())
        {
            SyncPlace(machine, unit);
        }

        if (_state.Placed[unit]?.Value.Leaving is not null || owners.Any(machine => IsComing(machine, unit)))
        {
            _moving.Add(unit);
        }
        else
        {
            _moving.Remove(unit);
        }
    }

    private void SyncPlace(string machine, string unit)
    {
        if (_state.Placements[machine, unit] is not null)
        {
            Place(machine, RulesOn(machine, unit), IsLeaving(machine, unit));
        }
        else if (Places(unit).Contains(machine))
        {
            Unplace(machine, unit);
        }
    }

    private bool IsComing(string machine, string unit) =>
        _state.Placements[machine, unit] is { Value.MovedFrom: not null } entry && _arrived.GetValueOrDefault(unit) != entry.CreateRevision;

    /// <summary>
    /// A unit that replaces others goes before them, so that they do not come back to the machine that they have left; one that waits, and whose lost machine is back
    /// with what it ran, goes before others take that machine.
    /// </summary>
    private bool GoesFirst(string unit) =>
        RulesOf(unit) is { Replaces.Count: > 0 } || (_state.Placed[unit]?.Value.LostOn is { } lost && _state.Sessions.Contains(lost));

    private bool IsLeaving(string machine, string unit)
    {
        var placed = _state.Placed[unit]?.Value;
        return _state.Placements[machine, unit]!.Value.State == PlacementState.Leave
            || (placed?.Machine == machine && placed.Leaving is not null)
            || _state.Units[unit] is null or { Value.Desired: DesiredState.Inactive };
    }

    /// <summary>What a unit is to be has changed.</summary>
    private void Reread(string unit)
    {
        if (unit.Contains("@.", StringComparison.Ordinal))
        {
            return;
        }

        var rules = IsWanted(unit) ? RulesOf(unit) : null;
        SyncTies(unit);
        if (rules is { IsGlobal: true })
        {
            _globals.Add(unit);
        }
        else
        {
            _globals.Remove(unit);
        }

        if (rules is { Balances.Count: > 0 })
        {
            _balancers.Add(unit);
        }
        else
        {
            _balancers.Remove(unit);
        }

        SetService(unit, rules?.Service);
        if (rules is null)
        {
            Unclaim(unit);
        }

        Agenda.Forget(unit);
        Resync(unit);
        MakeDue(unit);
    }

    private void SetService(string unit, string? service)
    {
        if (_serviceOf.Remove(unit, out var before))
        {
            _services[before].Remove(unit);
        }

        if (service is not null)
        {
            _serviceOf.Add(unit, service);
            if (!_services.TryGetValue(service, out var units))
            {
                _services.Add(service, units = new SortedSet<string>(Units.UnitNameComparer.Instance));
            }

            units.Add(unit);
        }
    }

    /// <summary>A unit follows those that it shall be with, and until it has left a machine, those that it is with there.</summary>
    private void SyncTies(string unit)
    {
        DueTied(unit);
        var wanted = IsWanted(unit) ? RulesOf(unit)?.MachineOf ?? [] : [];
        Ties.Set(unit, [.. _state.Placements.OwnersOf(unit).SelectMany(machine => RulesOn(machine, unit).MachineOf).Union(wanted, StringComparer.Ordinal)]);
        DueTied(unit);
    }

    private bool IsWanted(string unit) => _state.Units[unit] is { Value.Desired: not DesiredState.Inactive };

    /// <summary>What follows a unit may go or come with it, and what it follows may have waited for it to leave.</summary>
    private void DueTied(string unit)
    {
        foreach (var tied in Ties.FollowersOf(unit).Concat(Ties.PeersOf(unit)))
        {
            MakeDue(tied);
        }
    }

    /// <summary>What waits since a machine was lost goes first when that one is back.</summary>
    private void DueLost(string machine)
    {
        foreach (var (unit, placed) in _state.Placed.Entries)
        {
            if (placed.Value.LostOn == machine)
            {
                MakeDue(unit);
            }
        }
    }

    private void SyncUpdates()
    {
        _isUpdating = _state.Updates.Entries.Any(update => update.Value.Value.IsUnderWay);
        Agenda.UpdatesAreDue = _isUpdating;
        Agenda.UpdatesAt = _isUpdating ? Agenda.UpdatesAt : null;
    }

    private void SyncMachine(string machine)
    {
        if (_state.Cordons[machine] is { Value.Drain: true })
        {
            _draining.Add(machine);
        }
        else
        {
            _draining.Remove(machine);
        }

        if (_state.Machines[machine] is { Value.DockerDownSince: not null })
        {
            _dockerless.Add(machine);
        }
        else
        {
            _dockerless.Remove(machine);
        }

        SyncSilence(machine);
        if (PlanMachine.Of(_state, machine) is not { } planned)
        {
            Planner.RemoveMachine(machine);
            Agenda.Opened(machine);
            return;
        }

        Planner.SetMachine(planned);
        Agenda.Opened(machine);
    }

    private void SyncSilence(string machine)
    {
        if (_state.Sessions.Contains(machine) || _state.Placements[machine].Count == 0)
        {
            _silent.Remove(machine);
        }
        else
        {
            _silent.Add(machine);
        }
    }
}
