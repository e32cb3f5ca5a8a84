using HaWeb.Core.Cluster;
using HaWeb.Core.Containers;
using HaWeb.Core.Effects;
using HaWeb.Core.LoadBalancing;
using HaWeb.Core.Processes;
using HaWeb.Core.Scheduling;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// A machine's agent as a state machine: holds the session, follows the work list, runs a <see cref="UnitSupervisor"/> per service and a
/// <see cref="TimerSupervisor"/> per timer, and writes what they have to say under the session's guards.
/// </summary>
public sealed class MachineSupervisor : IStateMachine
{
    // An engine that is there places at once what may have a place; one has to be elected first when its machine is lost too.
    private static readonly TimeSpan TimeToPlace = TimeSpan.FromSeconds(5);

    private readonly Outbox _outbox = new();
    private readonly MachineContext _context;
    private readonly MachineSession _session;
    private readonly WorkList _workList;

    // Units that a restored store does not know: it says nothing of what shall become of them.
    private readonly SortedSet<string> _kept = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ISupervisedUnit> _units = new(UnitNameComparer.Instance);

    // Containers and processes, which are alike to a unit's life.
    private readonly SortedDictionary<string, ContainerState> _containers = new(StringComparer.Ordinal);
    private readonly PublicationWriter _writer;
    private readonly SortedDictionary<string, (long Request, DateTimeOffset Deadline)> _departures = new(StringComparer.Ordinal);
    private int _strays;
    private DateTimeOffset? _graceEnd;
    private bool _dockerKnown;
    private bool _processesKnown;
    private DateTimeOffset? _nextWrite;

    /// <summary>Makes the supervisor of a machine.</summary>
    /// <param name="keys">The layout of the store.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="machine">Who the machine is.</param>
    /// <param name="facts">What specifiers ask of the machine.</param>
    /// <param name="environment">The variables that every unit gets.</param>
    /// <param name="options">Times.</param>
    /// <param name="templates">What makes balancers' configs from templates; null for nothing.</param>
    public MachineSupervisor(
        ClusterKeys keys,
        string clusterId,
        MachineRecord machine,
        MachineFacts facts,
        IReadOnlyDictionary<string, string> environment,
        SupervisorOptions options,
        ITemplateEngine? templates = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(facts);
        _context = new MachineContext(
            _outbox, new Subscriptions(_outbox), new VirtualAddresses(_outbox), keys, clusterId, machine.Id, machine.Address, facts, environment, options, templates);
        _context.InTheWayOf = InTheWayOf;
        _context.ServiceOf = unit => HasEntry(unit) ? _units.GetValueOrDefault(unit) as UnitSupervisor : null;
        _context.Dependencies = new UnitDependencies(unit => _context.ServiceOf(unit)?.Life);
        _session = new MachineSession(_outbox, keys, machine, facts.BootId, options);
        _workList = new WorkList(_context);
        _writer = new PublicationWriter(_context, _session);
    }

    /// <summary>The agent's own variables, of which <c>PassEnvironment=</c> takes some.</summary>
    public IReadOnlyDictionary<string, string> AgentEnvironment
    {
        init => _context.AgentEnvironment = value;
    }

    /// <summary>Why this agent may not run, or null.</summary>
    public string? Refusal => _session.Refusal;

    /// <summary>
    /// Whether no unit waits for a time that its file sets (a restart, a stop, a drain), and every probe since then has said what its unit is taken for:
    /// what is to come is keep-alives, more of the same probes, and times of the protocol.
    /// </summary>
    public bool IsAtRest(DateTimeOffset since) => _units.Values.All(unit => unit.IsAtRest(since, _dockerKnown));

    /// <summary>When the first of its timers elapses next, as things stand; null for never.</summary>
    public DateTimeOffset? NextElapse => _units.Values.Min(unit => unit.NextElapse);

    /// <inheritdoc/>
    public IReadOnlyList<Effect> Step(Event happened, DateTimeOffset now)
    {
        switch (happened)
        {
            case Event.Started:
                _session.Start(now);
                _workList.Start(now);
                break;
            case Event.Woke:
                Woke(now);
                break;
            case Event.Followed { Prefix: var prefix, Update: var update } when prefix == _workList.Prefix:
                _workList.Followed(update, now);
                if (update is StoreUpdate.Listed { IsOtherHistory: true })
                {
                    StoreWasRestored(now);
                }

                break;
            case Event.Followed { Prefix: var prefix, Update: var update }:
                ForEachUnit(unit => unit.Followed(prefix, update, now));
                break;
            case Event.ContainersListed { Containers: var containers }:
                Listed(containers, now);
                break;
            case Event.ContainerStarted:
                break;
            case Event.ContainerExited { Container: var container, ExitCode: var exitCode }:
                Exited(container, exitCode, now);
                break;
            case Event.ProcessesListed { Processes: var processes }:
                ProcessesListed(processes, now);
                break;
            case Event.ProcessExited { Process: var process, ExitCode: var exitCode }:
                Exited(process, exitCode, now);
                break;
            case Event.DockerLost { Reason: var reason }:
                DockerLost(reason, now);
                break;
            case Event.KeepalivedFound { Units: var units }:
                _context.Addresses.Found(units);
                break;
            case Event.KeepalivedTold { Unit: var unit, State: var state }:
                _context.Addresses.Told(unit, state, now);
                break;
            case Event.KeepalivedEnded { Unit: var unit, Message: var message }:
                _context.Addresses.Ended(unit, message, now);
                break;
            case Event.AddressesListed { Addresses: var addresses }:
                _context.Addresses.Listed(addresses);
                break;
            case Event.Answer answer:
                _ = _session.Answer(answer, now) || _context.Addresses.Answer(answer, now) || _workList.Answer(answer, now) || _writer.Answer(answer, now) || Departed(answer, now) || _units.Values.Any(unit => unit.Answer(answer, now));
                break;
        }

        JudgeIsolation(now);
        Reconcile(now);

        // What one does may let another one go on. Should they never come to rest, the machine has other things to do: they go on with the next event.
        for (var round = 0; round <= _units.Count && _context.Dependencies.TakeChanged(); round++)
        {
            ForEachUnit(unit => unit.NeighboursChanged(now));
        }

        ForEachUnit(unit => unit.Look(now));
        ShareAddresses(now);
        _nextWrite = CanWrite ? _writer.Send(_units.Values, HasEntry, now) : null;
        if (NextWake() is { } wake)
        {
            _outbox.Add(new Effect.WakeAt(wake));
        }

        return _outbox.Take();
    }

    private void Woke(DateTimeOffset now)
    {
        _session.Woke(now);
        _workList.Woke(now);
        ForEachUnit(unit => unit.Woke(now));
        _writer.Woke(now);
        foreach (var (name, _) in _departures.Where(departure => departure.Value.Deadline <= now).ToList())
        {
            _departures.Remove(name);
        }
    }

    /// <summary>
    /// Once the machine's own lease must have expired, units that must never run twice stop (OnIsolation=stop). They may run again when the session lives and
    /// the work list says so.
    /// </summary>
    private void JudgeIsolation(DateTimeOffset now)
    {
        var isIsolated = now >= _session.IsolatedAt || (_context.IsIsolated && !CanWrite);
        if (isIsolated != _context.IsIsolated)
        {
            _context.IsIsolated = isIsolated;
            ForEachUnit(unit => unit.IsolationChanged(now));
        }
    }

    /// <summary>The store is another one than before, or was restored from a backup: what this agent wrote may be missing.</summary>
    private void StoreWasRestored(DateTimeOffset now)
    {
        _kept.UnionWith(_units.Where(unit => unit.Value.Placement is not null && !_workList.Has(unit.Key)).Select(unit => unit.Key));
        _outbox.Add(new Effect.Report(
            ReportSeverity.Warning,
            _context.MachineId,
            "the store was restored from a backup or replaced: everything is read again"
                + (_kept.Count == 0 ? "" : $". It does not know {string.Join(", ", _kept)}: what runs goes on until the units are started again, or this agent is")));
        _writer.Forget(_units.Values);
        _session.Doubt(now);
    }

    /// <summary>Hands every unit its entry of the work list; a container without one belongs to nobody any more and leaves.</summary>
    private void Reconcile(DateTimeOffset now)
    {
        if (!_workList.IsKnown)
        {
            return;
        }

        if (_workList.TakeChanged())
        {
            _context.Dependencies.Changed();
            foreach (var (unit, placement) in _workList.Entries)
            {
                _kept.Remove(unit);
                Assign(unit, placement, now);
            }

            foreach (var unit in _workList.TakeLeftovers().Where(unit => !_workList.Has(unit) && ContainersOf(unit).Count == 0))
            {
                Assign(unit, null, now);
            }
        }

        var strays = _units.Count(unit => unit.Value.Runs && !HasEntry(unit.Key));
        if (strays < _strays)
        {
            ForEachUnit(unit => unit.RoomMade(now));
        }

        _strays = strays;
        DismissStrays(now);
        foreach (var (name, unit) in _units.Where(unit => unit.Value.HasLeft).ToList())
        {
            Depart(name, unit, now);
        }
    }

    /// <summary>
    /// What has no entry any more was taken off this machine while it was taken for lost. It goes on for a moment, in case that no other machine took it and it
    /// is placed here again now that the machine is back; then it leaves.
    /// </summary>
    private void DismissStrays(DateTimeOffset now)
    {
        var without = _units.Where(unit => unit.Value.Placement is not null && !HasEntry(unit.Key)).ToList();

        // An entry that does not parse says nothing of what shall be done: its container is left as it is.
        List<string> found = [.. _containers.Values
            .Where(container => ProcessId.Is(container.Id) ? _processesKnown : _dockerKnown && container.Labels is { RunHash.Length: > 0 })
            .Where(container => container.Labels is { } labels && !_units.ContainsKey(labels.Unit) && !_workList.Has(labels.Unit))
            .Select(container => container.Labels!.Unit).Distinct(StringComparer.Ordinal)];
        if (without.Count + found.Count == 0)
        {
            _graceEnd = null;
            return;
        }

        _graceEnd ??= CanWrite ? now + TimeToPlace : null;
        var isOver = _graceEnd <= now;
        foreach (var (name, unit) in without.Where(unit => isOver || !unit.Value.MayRunTwice))
        {
            unit.Assign(null, now);
            _departures.Remove(name);
        }

        if (isOver)
        {
            found.ForEach(unit => Assign(unit, null, now));
            _graceEnd = null;
        }
    }

    /// <summary>Whether a unit has its place here, as far as the store says anything of that.</summary>
    private bool HasEntry(string unit) => _workList.Has(unit) || _kept.Contains(unit);

    /// <summary>
    /// What runs without an entry counts for no planner: another unit may have got the machine, and its port, before this one has drained and stopped. It need
    /// not be given more time then.
    /// </summary>
    private string? InTheWayOf(UnitDefinition wanted)
    {
        var ports = PlacementRules.Of(wanted).Ports;
        var other = _units
            .Where(unit => unit.Value.Unit != wanted.Name && unit.Value.Runs && !HasEntry(unit.Key) && unit.Value.Ports.Any(port => ports.Any(port.Overlaps)))
            .Select(unit => unit.Key)
            .FirstOrDefault();
        _graceEnd = other is null ? _graceEnd : DateTimeOffset.MinValue;
        return other;
    }

    private void Assign(string unit, Versioned<PlacementRecord>? placement, DateTimeOffset now)
    {
        if (_units.TryGetValue(unit, out var supervisor))
        {
            if (supervisor.Placement != placement)
            {
                supervisor.Assign(placement, now);
            }
        }
        else if (UnitName.TryParse(unit, out var name, out _))
        {
            // It must know what is asked of it before it sees containers: one without an entry is stopped.
            supervisor = name.IsTimer ? new TimerSupervisor(_context, name) : new UnitSupervisor(_context, name, _workList.Earlier(unit), now);
            _units.Add(unit, supervisor);
            supervisor.Assign(placement, now);
            if (_dockerKnown || _processesKnown)
            {
                supervisor.Sighted(SightingOf(unit), now);
            }
        }
    }

    /// <summary>Does what is due about shared addresses, and tells the balancers what has come of it; that may let one of them go on.</summary>
    private void ShareAddresses(DateTimeOffset now)
    {
        if (_workList.IsKnown && _dockerKnown)
        {
            _context.Addresses.KeepOnly(_units.ContainsKey);
        }

        _context.Addresses.Advance(now);
        while (_context.Addresses.TakeChanged())
        {
            ForEachUnit(unit => unit.AddressesChanged(now));
            _context.Addresses.Advance(now);
        }
    }

    /// <summary>A unit has stopped for good: first its entry goes, so that it may be placed elsewhere, then what was said of it.</summary>
    private void Depart(string name, ISupervisedUnit unit, DateTimeOffset now)
    {
        if (unit.Placement is { } placement)
        {
            if (!_departures.ContainsKey(name) && CanWrite)
            {
                var key = _context.Keys.Placement(_context.MachineId, name);
                var id = _outbox.NextId();
                _departures[name] = (id, now + _context.Options.AnswerDeadline);
                _outbox.Add(new Effect.Commit(id, new StoreTransaction(
                    [SessionGuard, StoreCompare.CreatedAt(key, placement.CreateRevision)], [new StoreWrite.Delete(key)])));
            }

            return;
        }

        if (unit.Retire())
        {
            _units.Remove(name);
            foreach (var container in ContainersOf(name))
            {
                _containers.Remove(container.Id);
            }
        }
    }

    private void Listed(IReadOnlyList<ContainerState> containers, DateTimeOffset now)
    {
        _dockerKnown = true;
        foreach (var gone in _containers.Keys.Where(id => !ProcessId.Is(id)).ToList())
        {
            _containers.Remove(gone);
        }

        foreach (var container in containers)
        {
            _containers.Add(container.Id, container);
        }

        _session.Describe(machine => machine.DockerDownSince is null ? machine : machine with { DockerDownSince = null }, now);
        ForEachUnit(unit => unit.Sighted(SightingOf(unit.Unit.FullName), now));
    }

    private void ProcessesListed(IReadOnlyList<ProcessState> processes, DateTimeOffset now)
    {
        _processesKnown = true;
        foreach (var process in processes)
        {
            _containers[process.Id] = process.AsContainer;
        }

        ForEachUnit(unit => unit.Sighted(SightingOf(unit.Unit.FullName), now));
    }

    private void Exited(string container, long exitCode, DateTimeOffset now)
    {
        if (_containers.TryGetValue(container, out var known))
        {
            _containers[container] = known with { Running = false, ExitCode = exitCode };
        }

        ForEachUnit(unit => unit.ContainerExited(container, exitCode, now));
    }

    private void DockerLost(string reason, DateTimeOffset now)
    {
        _dockerKnown = false;
        _session.Describe(machine => machine.DockerDownSince is null ? machine with { DockerDownSince = now } : machine, now);
        _outbox.Add(new Effect.Report(ReportSeverity.Error, _context.MachineId, $"Docker does not answer: {reason}"));
        ForEachUnit(unit => unit.DockerLost());
    }

    private bool Departed(Event.Answer answer, DateTimeOffset now)
    {
        if (_departures.FirstOrDefault(departure => departure.Value.Request == answer.Id).Key is not { } departed)
        {
            return false;
        }

        // It stays noted until the watch shows that the entry is gone; if that fails, it is tried again after a while.
        var isDone = answer is Event.Committed { Commit.Succeeded: true };
        _departures[departed] = (0, now + (isDone ? _context.Options.AnswerDeadline : _context.Options.RetryDelay));
        if (answer is Event.Committed { Commit.Succeeded: false })
        {
            _session.Doubt(now);
        }

        return true;
    }

    private StoreCompare SessionGuard => StoreCompare.CreatedAt(_context.Keys.Alive(_context.MachineId), _session.Generation);

    private bool CanWrite => _session.IsLive && _workList.IsCurrent;

    /// <summary>What is there of a unit. Of processes an agent is told once, and from then on the unit knows its own.</summary>
    private UnitSighting SightingOf(string unit)
    {
        var seen = ContainersOf(unit);
        foreach (var process in seen.Where(one => ProcessId.Is(one.Id)))
        {
            _containers.Remove(process.Id);
        }

        return new UnitSighting(seen, _dockerKnown, _processesKnown);
    }

    private List<ContainerState> ContainersOf(string unit) => [.. _containers.Values.Where(container => container.Labels?.Unit == unit)];

    private void ForEachUnit(Action<ISupervisedUnit> action)
    {
        foreach (var unit in _units.Values)
        {
            action(unit);
        }
    }

    private DateTimeOffset? NextWake()
    {
        var wake = Earliest.Of(_session.NextWake, _workList.NextWake, _writer.NextWake, _nextWrite, _context.Addresses.NextWake, _graceEnd, _context.IsIsolated ? null : _session.IsolatedAt);
        foreach (var unit in _units.Values)
        {
            wake = Earliest.Of(wake, unit.NextWake);
        }

        foreach (var (_, departure) in _departures)
        {
            wake = Earliest.Of(wake, departure.Deadline);
        }

        return wake;
    }
}
