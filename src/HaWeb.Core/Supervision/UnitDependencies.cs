using HaWeb.Core.Cluster;
using HaWeb.Core.Units;

namespace HaWeb.Core.Supervision;

/// <summary>
/// What the units of one machine are to each other by their <c>[Unit]</c> sections. It is judged by what they are now, never by what they were, so that the
/// next agent judges alike. A unit that has no place on the machine is nothing to any other.
/// </summary>
/// <param name="lifeOf">The service of that name that has its place on the machine; null for none.</param>
public sealed class UnitDependencies(Func<string, UnitLife?> lifeOf)
{
    private readonly Dictionary<string, DependencyOptions> _declared = new(StringComparer.Ordinal);

    // The units that each names. Most name none, and are asked about after every step.
    private readonly Dictionary<string, IReadOnlyList<string>> _names = new(StringComparer.Ordinal);

    // Who names a unit: what others say about it counts as what it says itself.
    private readonly Dictionary<string, SortedSet<string>> _namedBy = new(StringComparer.Ordinal);
    private bool _hasChanged;

    /// <summary>A unit is by another file than before; null when it has left.</summary>
    public void Declare(string unit, DependencyOptions? options)
    {
        var before = _declared.GetValueOrDefault(unit);
        if (ReferenceEquals(before, options))
        {
            return;
        }

        foreach (var name in NamedIn(unit))
        {
            _namedBy[name].Remove(unit);
        }

        _declared.Remove(unit);
        _names.Remove(unit);
        if (options is not null)
        {
            _declared.Add(unit, options);
            _names.Add(unit, Names(options));
        }

        foreach (var name in NamedIn(unit))
        {
            _namedBy.TryAdd(name, new SortedSet<string>(StringComparer.Ordinal));
            _namedBy[name].Add(unit);
        }

        Changed();
    }

    /// <summary>A unit is elsewhere in its life, or is asked for otherwise.</summary>
    public void Changed() => _hasChanged = true;

    /// <summary>Whether any has changed since this was asked last.</summary>
    public bool TakeChanged()
    {
        var has = _hasChanged;
        _hasChanged = false;
        return has;
    }

    /// <summary>Whether a unit is something to others that have their place here.</summary>
    public bool Concern(string unit) => NamedIn(unit).Any(name => lifeOf(name) is not null) || (_namedBy.TryGetValue(unit, out var others) && others.Any(name => lifeOf(name) is not null));

    /// <summary>Why a unit that is to run may not be started now; null when it may.</summary>
    public StartObstacle? ObstacleTo(UnitLife unit)
    {
        var name = unit.Unit.FullName;
        var options = OptionsOf(name);
        if (_hasChanged && Concern(name))
        {
            // Others may not know yet what is asked of them.
            return new StartObstacle("waits for the other units of its machine", IsOrder: true);
        }

        var first = Present(Before(name)).Where(other => !IsAfter(other.Unit.FullName, name)).ToList();
        if (first.Find(MustBeWaitedFor) is { } earlier)
        {
            return new StartObstacle($"waits for {earlier.Unit}, which it starts after (After=)", IsOrder: true);
        }

        if (ReasonToStop(unit) is { } reason)
        {
            return new StartObstacle(reason, IsOrder: false);
        }

        if (Needed(options).FirstOrDefault(other => !other.IsDecided) is { } unknown)
        {
            return new StartObstacle($"waits until it is known whether {unknown.Unit}, which it needs, runs", IsOrder: true);
        }

        if (Present(options.Requires).FirstOrDefault(other => first.Contains(other) && (other.Phase is UnitPhase.Failed || other.IsHeldBack)) is { } failed)
        {
            return new StartObstacle($"{failed.Unit}, which it requires, has {(failed.Phase is UnitPhase.Failed ? "failed" : "not been started")} (Requires=)", IsOrder: false);
        }

        if (Present(options.Requisite).FirstOrDefault(other => !IsActive(other)) is { } inactive)
        {
            return new StartObstacle($"{inactive.Unit} is not active (Requisite=)", IsOrder: false);
        }

        return Present(Rivals(name)).FirstOrDefault(other => IsUp(other) || !other.IsDecided) is { } rival
            ? new StartObstacle($"waits until {rival.Unit}, which it conflicts with, has stopped (Conflicts=)", IsOrder: true)
            : null;
    }

    /// <summary>
    /// A unit is about to start: as in systemd, so are those that it requires, wants or is bound to and that do not run. One that was stopped later than the unit
    /// was asked for stays so.
    /// </summary>
    /// <param name="unit">The unit.</param>
    /// <param name="again">Whether those that have ended or failed start once more; true once per start.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it is known of all of them what they do.</returns>
    public bool Bring(UnitLife unit, bool again, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var options = OptionsOf(unit.Unit.FullName);
        var needed = Needed(options).ToList();
        foreach (var other in needed.Where(other => other.IsDecided))
        {
            var hasEnded = other.Goal is UnitGoal.Run && other.Phase is UnitPhase.Finished or UnitPhase.Failed;
            if ((other.Goal is UnitGoal.Stop && !IsKeptDown(other, unit)) || (hasEnded && again))
            {
                other.Start(now);
                Changed();
            }
        }

        return needed.TrueForAll(other => other.IsDecided);
    }

    /// <summary>Why a unit that is to run has to stop; null when it may go on.</summary>
    public string? ReasonToStop(UnitLife unit)
    {
        var name = unit.Unit.FullName;
        foreach (var (other, key) in Leaders(name))
        {
            if (IsKeptDown(other, unit) || other.IsInPlannedStop)
            {
                return $"{other.Unit} {(other.Goal is UnitGoal.Run ? "is being restarted" : "is stopped")} ({key}=)";
            }

            if (key == nameof(DependencyOptions.BindsTo) && other.IsDecided && !Holds(name, other))
            {
                return $"{other.Unit}, which it is bound to, is not active (BindsTo=)";
            }
        }

        return Displacer(unit) is { } rival ? $"{rival.Unit}, which it conflicts with, was started later (Conflicts=)" : null;
    }

    /// <summary>Whether the stop of a unit has to wait, since another one that is to stop too was started after it.</summary>
    public bool MustOutliveOthers(UnitLife unit)
    {
        var name = unit.Unit.FullName;
        return Present(After(name)).Any(other => _hasChanged || (!IsAfter(name, other.Unit.FullName) && StopsToo(other, name)));
    }

    private static bool IsActive(UnitLife unit) => unit.Phase is UnitPhase.Running or UnitPhase.Exited;

    private static bool IsStarting(UnitLife unit) => unit.Phase is UnitPhase.Condition or UnitPhase.StartPre or UnitPhase.Start or UnitPhase.StartPost;

    private static bool IsUp(UnitLife unit) => unit.Phase is not (UnitPhase.Dead or UnitPhase.Failed or UnitPhase.Finished or UnitPhase.AutoRestart);

    private static bool MustBeWaitedFor(UnitLife unit) => unit.IsDue || unit.Phase is UnitPhase.Dead
        ? unit.Goal is UnitGoal.Run && !unit.IsHeldBack
        : IsUp(unit) && !IsActive(unit) && (unit.Goal is UnitGoal.Run || !IsStarting(unit));

    private static IReadOnlyList<string> Names(DependencyOptions options) =>
        [.. options.Requires, .. options.Requisite, .. options.Wants, .. options.BindsTo, .. options.PartOf, .. options.Conflicts, .. options.Before, .. options.After];

    private IReadOnlyList<string> NamedIn(string unit) => _names.GetValueOrDefault(unit, []);

    private DependencyOptions OptionsOf(string unit) => _declared.GetValueOrDefault(unit, DependencyOptions.None);

    private IEnumerable<UnitLife> Present(IEnumerable<string> units) => units.Select(lifeOf).OfType<UnitLife>();

    /// <summary>The units that start with a unit.</summary>
    private IEnumerable<UnitLife> Needed(DependencyOptions options) => Present(options.Requires.Concat(options.BindsTo).Concat(options.Wants)).Distinct();

    /// <summary>Those that say something about a unit.</summary>
    private IEnumerable<string> NamedBy(string unit, Func<DependencyOptions, IReadOnlyList<string>> list) =>
        _namedBy.GetValueOrDefault(unit, []).Where(other => list(_declared[other]).Contains(unit, StringComparer.Ordinal));

    /// <summary>The units that a unit is started after.</summary>
    private IEnumerable<string> Before(string unit) => OptionsOf(unit).After.Concat(NamedBy(unit, options => options.Before));

    /// <summary>The units that are started after a unit.</summary>
    private IEnumerable<string> After(string unit) => OptionsOf(unit).Before.Concat(NamedBy(unit, options => options.After));

    private IEnumerable<string> Rivals(string unit) => OptionsOf(unit).Conflicts.Concat(NamedBy(unit, options => options.Conflicts));

    /// <summary>The units that a unit is stopped and restarted with.</summary>
    private IEnumerable<(UnitLife Unit, string Key)> Leaders(string unit)
    {
        var options = OptionsOf(unit);
        return Present(options.BindsTo).Select(other => (other, nameof(options.BindsTo)))
            .Concat(Present(options.Requires).Select(other => (other, nameof(options.Requires))))
            .Concat(Present(options.Requisite).Select(other => (other, nameof(options.Requisite))))
            .Concat(Present(options.PartOf).Select(other => (other, nameof(options.PartOf))));
    }

    /// <summary>Whether a unit may run that is bound to another: that one is active or, where no order is asked for, about to be.</summary>
    private bool Holds(string unit, UnitLife bound) => IsActive(bound)
        || ((IsStarting(bound) || bound.Phase is UnitPhase.Dead)
            && (!Before(unit).Contains(bound.Unit.FullName, StringComparer.Ordinal) || IsAfter(bound.Unit.FullName, unit)));

    /// <summary>
    /// The unit that runs in a unit's stead: of two that conflict the one whose entry was changed last. One that must give way itself is in nobody's way.
    /// </summary>
    private UnitLife? Displacer(UnitLife unit, Dictionary<string, UnitLife?>? known = null)
    {
        known ??= new Dictionary<string, UnitLife?>(StringComparer.Ordinal);
        var name = unit.Unit.FullName;
        if (!known.TryGetValue(name, out var displacer))
        {
            displacer = Present(Rivals(name)).FirstOrDefault(other => other.Goal is UnitGoal.Run && IsLater(other, unit) && Displacer(other, known) is null);
            known.Add(name, displacer);
        }

        return displacer;
    }

    /// <summary>
    /// Whether a unit is to be down for the sake of what was asked of it after another one was asked to run. One that is loaded and was never started is merely not
    /// up, and what has to be asked for first stands behind what was asked for last.
    /// </summary>
    private static bool IsKeptDown(UnitLife unit, UnitLife other) =>
        unit.Goal is not UnitGoal.Run && (unit.Placement?.Value.State is not PlacementState.Stop || !(unit.WasNeverStopped || IsLater(other, unit)));

    private static bool IsLater(UnitLife one, UnitLife other)
    {
        var order = one.Placement!.ModRevision.CompareTo(other.Placement?.ModRevision ?? 0);
        return order > 0 || (order == 0 && string.CompareOrdinal(one.Unit.FullName, other.Unit.FullName) > 0);
    }

    /// <summary>Whether a unit is to stop when another one does, and has not done so.</summary>
    private bool StopsToo(UnitLife unit, string with) => IsUp(unit) && unit.Phase is not UnitPhase.Removing
        && (unit.Goal is not UnitGoal.Run
            || (IsActive(unit) || unit.RunsToItsEnd ? Leaders(unit.Unit.FullName).Any(leader => leader.Unit.Unit.FullName == with) : !IsStarting(unit)));

    /// <summary>Whether one unit is started after another, directly or by way of others. In a circle each is after each, and nobody is waited for.</summary>
    private bool IsAfter(string later, string earlier)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { later };
        var open = new Stack<string>(seen);
        while (open.TryPop(out var next))
        {
            foreach (var before in Before(next).Where(unit => lifeOf(unit) is not null && seen.Add(unit)))
            {
                if (before == earlier)
                {
                    return true;
                }

                open.Push(before);
            }
        }

        return false;
    }
}
