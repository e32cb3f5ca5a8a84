using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// One look at what is on the agenda: what has to change so that the work lists say what operators want. Units are taken by name, so two engines decide
/// alike; ordinary units go before global ones, which give way to them.
/// </summary>
public sealed class PlacementPass
{
    // PROTOCOL.md section 4: twice what an isolated agent needs until it kills.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(10);

    private readonly ClusterState _state;
    private readonly ClusterKeys _keys;
    private readonly PlacementView _view;
    private readonly LossDetector _losses;
    private readonly DateTimeOffset _now;
    private readonly PlacementWriter _writer;
    private readonly List<PlanStep> _steps = [];

    /// <summary>Makes one at a time.</summary>
    public PlacementPass(ClusterState state, PlacementView view, LossDetector losses, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(losses);
        _state = state;
        _keys = state.Keys;
        _view = view;
        _losses = losses;
        _now = now;
        _writer = new PlacementWriter(state);
    }

    /// <summary>The steps, each of which stands in the view when it is given.</summary>
    /// <param name="most">How many before it stops; the rest stays on the agenda. What belongs together is decided together.</param>
    public IReadOnlyList<PlanStep> Steps(int most)
    {
        foreach (var machine in _view.Silent.Where(IsLost))
        {
            foreach (var unit in _state.Placements[machine].Names.Where(unit => !_view.IsGlobal(unit)))
            {
                _view.MakeDue(unit);
            }
        }

        _view.Open(_now);
        while (_steps.Count < most && _view.Agenda.Take() is { } unit)
        {
            Decide(unit);
        }

        while (_steps.Count < most && _view.Agenda.TakePair() is { } pair)
        {
            DecideGlobal(pair.Unit, pair.Machine);
        }

        AbandonStranded(most);
        if (_steps.Count < most && _view.Agenda.DrainsAreDue && _losses.Holding.Count == 0)
        {
            _view.Agenda.DrainsAreDue = false;
            foreach (var (unit, machine, reason, guards) in new Drains(_state, _view, _now).Take())
            {
                Leave(unit, machine, reason, guards);
            }
        }

        if (_losses.Holding.Count > 0)
        {
            // While so much is away, no file is judged.
            _view.Agenda.UpdatesAt = null;
            _view.Trials.Clear();
        }
        else if (_steps.Count < most && (_view.Agenda.UpdatesAreDue || _view.Agenda.UpdatesAt <= _now))
        {
            Update();
        }

        EndResume();
        return _steps;
    }

    /// <summary>Units whose probes fail where Docker does not answer go to machines that take them; the others wait for Docker, or for such a machine.</summary>
    private void AbandonStranded(int most)
    {
        if (_losses.Holding.Count > 0)
        {
            _view.Strandings.Clear();
            return;
        }

        _view.Strandings.See(_state, _view, _now);
        foreach (var (machine, unit) in _view.Strandings.Proven)
        {
            if (_steps.Count < most)
            {
                Abandon(unit, machine);
            }
        }
    }

    private void Abandon(string unit, string machine)
    {
        var elsewhere = new SortedSet<string>(_view.AvoidedBy(unit, _now), StringComparer.Ordinal) { machine };
        if (IsMalformed(unit) || _view.RulesOf(unit) is not { IsGlobal: false, MachineOf.Count: 0 } rules || _view.Planner.ChooseOver(rules, [], elsewhere) is not { IsFree: true } choice)
        {
            return;
        }

        var reason = $"its probes fail, and Docker on {machine} has not answered for a minute; ";
        _view.Unplace(machine, unit);
        _view.Place(choice.Machine, rules);
        Add(
            unit,
            $"{reason}placed on {choice.Machine}",
            _writer.Abandon(unit, machine, _state.Placements[machine, unit]!),
            _writer.Place(unit, choice.Machine, _state.Units[unit]!, _state.Placed[unit], rules, $"{reason}placed by the engine"));
    }

    private void Update()
    {
        _view.Agenda.UpdatesAreDue = false;
        _view.Agenda.UpdatesAt = null;
        foreach (var (name, _) in _state.Updates.Entries.Where(update => update.Value.Value.IsUnderWay))
        {
            var update = new RollingUpdate(_state, _view, name, _now);
            if (update.Next() is { } step)
            {
                _steps.Add(step);
            }

            _view.Agenda.UpdatesAt = Effects.Earliest.Of(_view.Agenda.UpdatesAt, update.LookAt);
        }
    }

    /// <summary>An operator's word that ended a hold is used up when the machines that it was about are back, or have nothing more to lose.</summary>
    private void EndResume()
    {
        if (_state.Resume is { } resume
            && resume.Value.Machines.All(machine => _state.Sessions.Contains(machine) || _state.Placements[machine].Names.All(_view.IsGlobal)))
        {
            Add("cluster", "the hold that an operator has ended is over", _writer.EndResume(resume));
        }
    }

    private bool IsMalformed(string unit) => _state.Malformed.ContainsKey(_keys.Unit(unit)) || _state.Malformed.ContainsKey(_keys.Placed(unit));

    /// <summary>Whether it is proven that a machine is lost; one that an operator has removed is lost without further proof.</summary>
    private bool IsLost(string machine) =>
        _losses.IsLost(machine, _now)
        || (_state.Raw(_keys.Machine(machine)) is null && _state.Raw(_keys.Alive(machine)) is null);

    /// <summary>Until when a machine that is lost may need to stop a unit that must never run twice (OnIsolation=stop); null when it need not be waited for.</summary>
    private DateTimeOffset? StopsUntil(string unit, string machine) =>
        _view.RulesOn(machine, unit).StopsOnIsolation && _losses.LostSince(machine) + TimeToStop is { } until && until > _now ? until : null;

    private void Decide(string unit)
    {
        if (IsMalformed(unit))
        {
            return;
        }

        var machines = _state.Placements.OwnersOf(unit);
        if (_state.Units[unit] is { Value.Desired: not DesiredState.Inactive } && _view.RulesOf(unit) is { IsGlobal: true })
        {
            BecomeGlobal(unit, machines);
            return;
        }

        if (_state.Placed[unit] is null && machines.Count > 0 && _state.Units[unit] is { Value.Desired: not DesiredState.Inactive } && _view.RulesOf(unit) is null)
        {
            // A global unit whose file cannot be read: what it runs goes on.
            _view.Agenda.Unreadable(unit);
            return;
        }

        foreach (var machine in machines)
        {
            if (!IsLost(machine))
            {
                Adjust(unit, machine, _state.Placements[machine, unit]!);
            }
            else if (machines.Count == 1 && StopsUntil(unit, machine) is { } until)
            {
                _view.Agenda.Wait(unit, until);
                return;
            }
            else if (machines.Count == 1)
            {
                Replace(unit, machine);
                return;
            }
            else
            {
                _view.Unplace(machine, unit);
                Add(unit, $"taken off {machine}, which is lost", _writer.Release(unit, machine, _state.Placements[machine, unit]!));
            }
        }

        if (machines.Count == 0)
        {
            Place(unit, [], "");
        }
    }

    private void BecomeGlobal(string unit, IReadOnlyCollection<string> machines)
    {
        if (_state.Placed[unit] is not null)
        {
            Add(unit, "runs on every machine that takes it from now on", _writer.Forget(unit));
        }

        foreach (var machine in _view.Planner.Machines.Concat(machines))
        {
            _view.Agenda.Due(unit, machine);
        }
    }

    /// <summary>A global unit on one machine: it has no place of its own, only an entry on every work list that takes it.</summary>
    private void DecideGlobal(string unit, string machine)
    {
        if (IsMalformed(unit) || _state.Units[unit] is not { Value.Desired: not DesiredState.Inactive } record || _view.RulesOf(unit) is not { IsGlobal: true } rules)
        {
            return;
        }

        if (_state.Placements[machine, unit] is { } entry)
        {
            if (!IsLost(machine))
            {
                Follow(unit, machine, entry, record);
            }
            else if (entry.Value.State == PlacementState.Leave || _state.Raw(_keys.Machine(machine)) is null)
            {
                // It is not placed elsewhere, so the machine may keep it until it is back.
                _view.Unplace(machine, unit);
                Add(unit, $"taken off {machine}, which is lost", _writer.Release(unit, machine, entry));
            }
        }
        else if (!_view.Places(unit).Contains(machine) && _view.Planner.Refusal(rules, machine, _view.AvoidedBy(unit, _now)) is null)
        {
            _view.Place(machine, rules);
            Add(unit, $"placed on {machine}", _writer.PlaceGlobal(unit, machine, record));
        }
    }

    /// <summary>The machine is lost: its entry goes, and the unit is placed elsewhere in the same transaction if it can be.</summary>
    private void Replace(string unit, string lost)
    {
        var entry = _state.Placements[lost, unit]!;
        _view.Unplace(lost, unit);
        var release = _writer.Release(unit, lost, entry);
        if (_state.Placed[unit]?.Value.Machine is { } placed && placed != lost)
        {
            Add(unit, $"taken off {lost}, which is lost", release);
        }
        else
        {
            Place(unit, [release], $"its machine {lost} is lost; ");
        }
    }

    private void Adjust(string unit, string machine, Versioned<PlacementRecord> entry)
    {
        if (entry.Value.State == PlacementState.Leave)
        {
            return;
        }

        var record = _state.Units[unit];
        var placed = _state.Placed[unit];
        if (record is null || record.Value.Desired == DesiredState.Inactive || placed?.Value.Machine != machine)
        {
            Unload(unit, machine, entry, record, placed);
        }
        else if (placed.Value.Leaving is { } leaving)
        {
            Leave(unit, machine, leaving);
        }
        else if (_view.RulesOn(machine, unit).MachineOf.FirstOrDefault(peer => _view.Planner.IsLeaving(machine, peer)) is { } peer)
        {
            Leave(unit, machine, $"{peer}, which it is MachineOf, leaves");
        }
        else if (record.Value.Move > placed.Value.Move)
        {
            Move(unit, machine, record, placed);
        }
        else
        {
            Follow(unit, machine, entry, record);
        }
    }

    private void Unload(string unit, string machine, Versioned<PlacementRecord> entry, Versioned<UnitRecord>? record, Versioned<PlacedRecord>? placed)
    {
        var why = record is null ? "the unit was removed"
            : placed?.Value.Machine == machine || record.Value.Desired == DesiredState.Inactive ? "an operator unloaded it"
            : $"it is placed on {placed?.Value.Machine ?? "no machine"}";
        _view.Leave(machine, unit);
        if (!WaitsForFollowers(unit, machine))
        {
            var value = entry.Value with { State = PlacementState.Leave, Desired = DesiredState.Inactive, Reason = why };
            Add(unit, $"leaves {machine}: {why}", _writer.Rewrite(unit, machine, entry, record, value));
        }
    }

    private void Move(string unit, string machine, Versioned<UnitRecord> record, Versioned<PlacedRecord> placed)
    {
        var to = record.Value.MoveTo;
        var refusal = to is null || to == machine ? null : _view.Planner.Refusal(_view.RulesOf(unit) ?? new PlacementRules(unit), to, _view.AvoidedBy(unit, _now));
        if (to == machine || refusal is not null)
        {
            var why = refusal is null ? "it is there already" : $"{to} does not take it: {refusal.Reason}";
            Add(unit, $"is not moved: {why}", _writer.Rewrite(unit, placed, placed.Value with { Move = record.Value.Move }));
        }
        else
        {
            Leave(unit, machine, to is null ? "an operator moves it" : $"an operator moves it to {to}");
            if (to is not null)
            {
                _view.Claim(to, _view.RulesOf(unit)!);
            }
        }
    }

    /// <summary>A unit leaves its machine to be placed elsewhere. Its followers go first: until they have, this only says that it will.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="machine">The machine that it leaves.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="guards">What must still hold when that is announced.</param>
    private void Leave(string unit, string machine, string reason, params IReadOnlyList<StoreCompare> guards)
    {
        if (_state.Placements[machine, unit] is not { Value.State: not PlacementState.Leave } entry)
        {
            return;
        }

        _view.Leave(machine, unit);
        var record = _state.Units[unit];
        var placed = _state.Placed[unit];
        var waits = WaitsForFollowers(unit, machine);
        if (placed is null)
        {
            // A global unit gives way: it has no place of its own.
            if (!waits)
            {
                Add(unit, $"leaves {machine}: {reason}", _writer.Rewrite(unit, machine, entry, record, entry.Value with { State = PlacementState.Leave, Reason = reason }));
            }

            return;
        }

        var announced = placed.Value.Leaving is not null;
        if (waits && announced)
        {
            return;
        }

        var announcement = announced ? [] : (IReadOnlyList<StoreTransaction>)[_writer.Rewrite(unit, placed, placed.Value with { Leaving = reason })];
        Add(
            unit,
            $"leaves {machine}: {reason}{(waits ? "; those that follow it go first" : "")}",
            [.. announcement, .. guards.Count == 0 ? [] : (IReadOnlyList<StoreTransaction>)[new StoreTransaction(guards, [])], .. waits ? [] : (IReadOnlyList<StoreTransaction>)[_writer.Rewrite(unit, machine, entry, record, entry.Value with { State = PlacementState.Leave, Reason = reason })]]);
    }

    private bool WaitsForFollowers(string unit, string machine)
    {
        var followers = _view.FollowersOn(machine, unit).ToList();
        followers.ForEach(_view.MakeDue);
        return followers.Count > 0;
    }

    /// <summary>The entry takes over what the operator wants.</summary>
    private void Follow(string unit, string machine, Versioned<PlacementRecord> entry, Versioned<UnitRecord> record)
    {
        if (entry.Value.State == PlacementState.Leave)
        {
            return;
        }

        var wanted = entry.Value with
        {
            Hash = _view.IsRolling(unit) ? entry.Value.Hash : record.Value.Hash,
            Desired = record.Value.Desired,
            State = record.Value.Desired == DesiredState.Launched ? PlacementState.Run : PlacementState.Stop,
            Restart = record.Value.Restart,
            Reload = record.Value.Reload,
        };
        if (wanted == entry.Value)
        {
            return;
        }

        var action = wanted.State != entry.Value.State ? (wanted.State == PlacementState.Run ? "is started" : "is stopped")
            : wanted.Restart != entry.Value.Restart ? "is restarted"
            : wanted.Reload != entry.Value.Reload ? "is reloaded" : "gets its new file";
        Add(unit, $"{action} on {machine}", _writer.Rewrite(unit, machine, entry, record, wanted));
    }

    /// <summary>Places a unit that has no entry, or whose entry goes with <paramref name="before"/>.</summary>
    private void Place(string unit, IReadOnlyList<StoreTransaction> before, string reason)
    {
        var record = _state.Units[unit];
        var placed = _state.Placed[unit];
        if (record is null || record.Value.Desired == DesiredState.Inactive || _view.RulesOf(unit) is not { } rules)
        {
            if (record is { Value.Desired: not DesiredState.Inactive })
            {
                _view.Agenda.Unreadable(unit);
            }

            if (placed is not null || before.Count > 0)
            {
                Add(unit, $"{reason}is placed nowhere now", [.. before, _writer.Forget(unit)]);
            }

            return;
        }

        _view.Unclaim(unit);
        var why = placed?.Value.Leaving is { } leaving && before.Count == 0 ? $"{leaving}; " : reason;
        if (Choose(unit, rules, record, placed) is not { } choice)
        {
            Wait(unit, placed, before, $"{why}waits for a machine: no other takes it");
        }
        else if (!choice.IsFree)
        {
            if (!choice.Evicts.All(evicted => CanLeave(evicted, choice.Machine)))
            {
                choice.Evicts.ToList().ForEach(_view.Unclaim);
                Wait(unit, placed, before, $"{why}waits for a machine: not all of {string.Join(", ", choice.Evicts)} find another");
                return;
            }

            foreach (var evicted in choice.Evicts)
            {
                Leave(evicted, choice.Machine, rules.ReplacesUnit(evicted) ? $"{unit} replaces it" : $"{unit} needs the machine");
            }

            _view.Claim(choice.Machine, rules);
            Wait(unit, placed, before, $"{why}waits for {string.Join(", ", choice.Evicts)} to leave {choice.Machine}");
        }
        else if (rules.MachineOf.Any(peer => _state.Placements[choice.Machine, peer] is null))
        {
            // A peer whose own placing is still under way may not come to be: it is waited for.
            Wait(unit, placed, before, $"{why}waits for {string.Join(", ", rules.MachineOf)} to be placed on {choice.Machine}");
        }
        else
        {
            _view.Place(choice.Machine, rules);
            Add(unit, $"{why}placed on {choice.Machine}", [.. before, _writer.Place(unit, choice.Machine, record, placed, rules, $"{why}placed by the engine")]);
        }
    }

    /// <summary>Whether a unit can leave a machine: another one is kept for it then, so that two that leave do not count on the same one.</summary>
    private bool CanLeave(string unit, string machine)
    {
        if (_view.Planner.IsLeaving(machine, unit) || _view.RulesOf(unit) is not { IsGlobal: false } rules)
        {
            return true;
        }

        var elsewhere = new SortedSet<string>(_view.AvoidedBy(unit, _now), StringComparer.Ordinal) { machine };
        if (_view.Planner.Choose(rules, _view.FollowersOf(unit), elsewhere) is not { } other)
        {
            return false;
        }

        _view.Claim(other, rules);
        return true;
    }

    private PlacementChoice? Choose(string unit, PlacementRules rules, Versioned<UnitRecord> record, Versioned<PlacedRecord>? placed)
    {
        var avoid = _view.AvoidedBy(unit, _now);
        var to = placed is { Value.Leaving: not null } && record.Value.Move > placed.Value.Move ? record.Value.MoveTo : placed?.Value.LostOn;
        return to is not null && _view.Planner.Refusal(rules, to, avoid) is null
            ? new PlacementChoice(to, [])
            : _view.Planner.ChooseOver(rules, _view.FollowersOf(unit), avoid);
    }

    private void Wait(string unit, Versioned<PlacedRecord>? placed, IReadOnlyList<StoreTransaction> before, string reason)
    {
        var until = placed?.Value.Avoid.Values.Where(end => end > _now).Select(end => (DateTimeOffset?)end).Min();
        _view.Agenda.Wait(unit, until);
        if (placed is { Value.Machine.Length: > 0 } || before.Count > 0)
        {
            // One that was on its way out does not go back.
            var lost = before.Count > 0 && placed is { Value: { Leaving: null, Machine: { Length: > 0 } machine } } ? machine : null;
            Add(unit, reason, [.. before, _writer.Vacate(unit, lost)]);
        }
    }

    private void Add(string unit, string reason, params IReadOnlyList<StoreTransaction> parts) => _steps.Add(new PlanStep(unit, reason, PlacementWriter.Join(parts)));
}
