using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>
/// One look at a rolling update: who has arrived, who gets the file next, and whether it goes back. No more instances are unavailable at a time than asked for,
/// whatever the cause; those that are unavailable go first, since they have nothing to lose; a healthy one goes only while another backend of its service
/// stays, and once the balancers of its service have said what they serve. Each has to be available for a while before it counts, and one that is not in time turns the update round. What does not run gets the file when all
/// that run have proved it, and the template itself last, so that nothing new is made of a file that nobody has tried.
/// </summary>
public sealed class RollingUpdate
{
    // A transaction has room for the guards of so many.
    private const int MostAtOnce = 20;

    private readonly ClusterState _state;
    private readonly PlacementView _view;
    private readonly DateTimeOffset _now;
    private readonly string _name;
    private readonly UpdateRecord _update;
    private readonly UnitStanding _standing;
    private readonly RollingChange _change;
    private readonly List<RollingMember> _members;
    private readonly List<UpdateStep> _underWay = [];

    /// <summary>Makes one of an update that is under way.</summary>
    /// <param name="state">The cluster.</param>
    /// <param name="view">What is placed where; what is seen of the instances is noted in it.</param>
    /// <param name="name">The template or plain unit.</param>
    /// <param name="now">The time.</param>
    public RollingUpdate(ClusterState state, PlacementView view, string name, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(view);
        var update = state.Updates[name]!;
        _state = state;
        _view = view;
        _now = now;
        _name = name;
        _update = update.Value;
        _standing = new UnitStanding(state, view);
        _change = new RollingChange(state, name, update);
        _members = [.. RollingMember.Of(state, view, name, _update)];
    }

    /// <summary>Why no further instance can begin, for people; empty when one does, or those that have begun come first. It is there after <see cref="Next"/>.</summary>
    public string Wait { get; private set; } = "";

    /// <summary>When it has to be looked at although nothing has changed; null when it waits for no time. It is there after <see cref="Next"/>.</summary>
    public DateTimeOffset? LookAt { get; private set; }

    private bool IsForward => _update.State == UpdateState.Running;

    /// <summary>What is done now; null when nothing is.</summary>
    public PlanStep? Next()
    {
        if (LookAtSteps() is { } failure)
        {
            _change.Record(_update with { State = UpdateState.RollingBack, Paused = false, Canary = 0, Steps = [], Reason = failure }, $"goes back: {failure}");
            return _change.ToStep();
        }

        if (!_update.Paused && !PassCanary())
        {
            Begin();
            if (_change.IsEmpty && _underWay.Count == 0 && Wait.Length == 0)
            {
                End();
            }
        }

        return _change.ToStep();
    }

    /// <summary>Looks at those that have begun; why one of them turns the update round, or null.</summary>
    private string? LookAtSteps()
    {
        var byKey = _members.ToDictionary(member => member.Key, StringComparer.Ordinal);
        foreach (var step in _update.Steps)
        {
            var member = byKey.GetValueOrDefault(RollingMember.KeyOf(step.Unit, step.Machine));
            var failure = member is null or { Record.Value.Desired: not DesiredState.Launched } || member.IsPending ? "" : Judge(step, member);
            if (failure is null)
            {
                _underWay.Add(step);
                continue;
            }

            _view.Trials.Forget(step.Unit, step.Machine ?? "");
            if (failure.Length > 0 && IsForward)
            {
                return failure;
            }
        }

        if (_underWay.Count < _update.Steps.Count)
        {
            var arrived = _update.Steps.Except(_underWay).Select(step => RollingMember.KeyOf(step.Unit, step.Machine));
            _change.Record(_update with { Steps = [.. _underWay] }, $"{string.Join(", ", arrived)} done");
        }

        return null;
    }

    /// <summary>How an instance is that has begun: null while it is on its way, empty when it has arrived, else what is wrong with it.</summary>
    private string? Judge(UpdateStep step, RollingMember member)
    {
        var key = step.Machine ?? "";
        if (member.Place is { } place && !_state.Sessions.Contains(place))
        {
            // That its machine is away says nothing about its file.
            _view.Trials.Forget(step.Unit, key);
            return null;
        }

        if (member.Place is null && !IsFault(member))
        {
            // It waits for a machine as it would with its former file too: then nobody waits for it.
            _view.Trials.Forget(step.Unit, key);
            return _view.Places(member.Unit).Count == 0 ? "" : null;
        }

        var entry = member.Place is null ? null : _state.Placements[member.Place, member.Unit];
        var status = member.Place is null ? null : _state.Status[member.Place, member.Unit]?.Value;
        var isAvailable = entry?.Value.Hash == member.Target && _standing.IsAvailable(member.Place!, member.Unit);
        var (since, availableSince) = _view.Trials.See(step.Unit, key, isAvailable, status, _now);
        if (availableSince + _update.MinHealthyTime <= _now)
        {
            return "";
        }

        if (entry is not null && status is not null && status.Generation == entry.CreateRevision && status.Hash == member.Target
            && (status.Active == "failed" || status is { Sub: "auto-restart", Failure: StatusRecord.ImageNotFound }))
        {
            return $"{member.Key} failed on {member.Place}: {Describe(status)}";
        }

        var deadline = since + DrainOf(member) + _update.HealthyDeadline;
        if (deadline <= _now)
        {
            return $"{member.Key} was not available for {Seconds(_update.MinHealthyTime)} within {Seconds(_update.HealthyDeadline)}: "
                + (status is null ? "it has no machine" : Describe(status));
        }

        LookAt = Effects.Earliest.Of(LookAt, availableSince + _update.MinHealthyTime, deadline);
        return null;
    }

    /// <summary>Whether a unit that waits for a machine would have one with its former file.</summary>
    private bool IsFault(RollingMember member) =>
        _view.RulesOf(member.Unit, _update.Before.GetValueOrDefault(member.Key, _update.From)) is { } rules
        && _view.Planner.Choose(rules, _view.AvoidedBy(member.Unit, _now)) is not null;

    private TimeSpan DrainOf(RollingMember member) =>
        (_view.DefinitionOf(member.Unit, _update.Before.GetValueOrDefault(member.Key, _update.From)) ?? _view.DefinitionOf(member.Unit, member.Target))?.HaWeb.DrainTimeout ?? TimeSpan.Zero;

    private static string Describe(StatusRecord status)
    {
        var code = status.ExitCode is { } exit && !status.IsActive ? $", exit code {exit}" : "";
        var reason = status.Reason.Length > 0 ? $": {status.Reason}" : status.Healthy == false ? ": its health check fails" : "";
        return $"{status.Active}/{status.Sub}{code}{reason}{(status.Output is { Length: > 0 } output ? $"; it last printed: {output}" : "")}";
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)} s";

    /// <summary>When the first ones have proved the file, the update goes on, or waits for an operator.</summary>
    private bool PassCanary()
    {
        var running = _members.FindAll(Runs);
        if (!IsForward || _update.Canary == 0 || _underWay.Count > 0 || running.Exists(member => !member.IsPending && !IsAvailable(member))
            || running.Count(member => !member.IsPending) < Math.Min(_update.Canary, running.Count))
        {
            return false;
        }

        var tried = string.Join(", ", running.Where(member => !member.IsPending).Select(member => member.Key));
        var next = _change.Next with { Canary = 0 };
        _change.Record(
            _update.PauseAfterCanary ? next with { Paused = true, Reason = $"{(tried.Length == 0 ? "nothing runs that could prove" : $"{tried} proved")} the file; the rest waits for an operator" } : next,
            _update.PauseAfterCanary ? "is paused after its canaries" : "its canaries have proved the file");
        return true;
    }

    /// <summary>Whether it shall run, and has a place to run at or is on its way to one; what waits for a machine is missed by nobody.</summary>
    private bool Runs(RollingMember member) => member.Record.Value.Desired == DesiredState.Launched && (member.Place is not null || _view.Places(member.Unit).Count > 0);

    private bool IsAvailable(RollingMember member) => member.Place is { } place && _standing.IsAvailable(place, member.Unit);

    private void Begin()
    {
        var running = _members.FindAll(Runs);
        var underWay = _underWay.Select(step => RollingMember.KeyOf(step.Unit, step.Machine)).ToHashSet(StringComparer.Ordinal);
        var unavailable = running.Where(member => !underWay.Contains(member.Key) && !IsAvailable(member)).Select(member => member.Key).ToHashSet(StringComparer.Ordinal);
        var done = running.Count(member => !member.IsPending && !underWay.Contains(member.Key));
        foreach (var member in running.Where(member => member.IsPending).OrderBy(member => unavailable.Contains(member.Key) ? 0 : 1))
        {
            var isCanary = IsForward && _change.Next.Canary > 0;
            if (underWay.Count >= Math.Min(_update.MaxUnavailable, _underWay.Count + MostAtOnce))
            {
                return;
            }

            if ((isCanary && done + underWay.Count >= _change.Next.Canary) || (!unavailable.Contains(member.Key) && unavailable.Count + underWay.Count >= _update.MaxUnavailable))
            {
                Wait = Wait.Length > 0 || unavailable.Count == 0 ? Wait : $"{unavailable.First()} is not available, and no more than {_update.MaxUnavailable} may be at a time";
                return;
            }

            if (TryBegin(member, underWay))
            {
                unavailable.Remove(member.Key);
                underWay.Add(member.Key);
            }
        }
    }

    private bool TryBegin(RollingMember member, HashSet<string> underWay)
    {
        if (member.Place is not { } place || !_state.Sessions.Contains(place) || _view.Planner.IsLeaving(place, member.Unit))
        {
            Wait = $"{member.Key} is on its way to another machine, or its machine is not alive";
            return false;
        }

        var leaving = Leaving(member, out var isStuck);
        if (isStuck || (leaving is not null && (member.Machine is not null || HasMoving())))
        {
            Wait = isStuck ? $"{member.Key} has to leave {place} with its new file, and no other machine takes it" : Wait;
            return false;
        }

        List<StoreCompare> guards = [];
        if (!_update.Force && (leaving is not null || Interrupts(member)) && _view.RulesOn(place, member.Unit).Service is { } service && WhyNot(member, place, service, underWay, guards) is { } wait)
        {
            Wait = wait;
            return false;
        }

        _view.Trials.Forget(member.Unit, member.Machine ?? "");
        _change.Tell(member, guards, leaving);
        var step = new UpdateStep(member.Unit, _now) { Machine = member.Machine };
        _change.Record(_change.Next with { Steps = [.. _change.Next.Steps, step] }, $"{_members.Count(one => !one.IsPending)} of {_members.Count} have it");
        return true;
    }

    /// <summary>Why a member's service would suffer if it stopped now; null when it would not, as long as <paramref name="guards"/> hold.</summary>
    private string? WhyNot(RollingMember member, string place, string service, HashSet<string> underWay, List<StoreCompare> guards)
    {
        if (_standing.WaitForBalancers(place, member.Unit, service) is { } wait)
        {
            return wait;
        }

        if (!_standing.IsServing(place, member.Unit))
        {
            return null;
        }

        if (OtherServing(service, member, underWay) is not { } stays)
        {
            return $"{member.Key} is the last healthy backend of {service}: start another instance, or use -Force";
        }

        guards.AddRange(stays);
        return null;
    }

    /// <summary>What must still hold so that the service is served meanwhile; null when nobody would serve it.</summary>
    private IReadOnlyList<StoreCompare>? OtherServing(string service, RollingMember member, HashSet<string> underWay)
    {
        if (member.Machine is not null && _state.Placements.OwnersOf(member.Unit).FirstOrDefault(other =>
            other != member.Machine && !underWay.Contains(RollingMember.KeyOf(member.Unit, other)) && _standing.IsServing(other, member.Unit)) is { } elsewhere)
        {
            return [StoreCompare.ModifiedAt(_state.Keys.Placement(elsewhere, member.Unit), _state.Placements[elsewhere, member.Unit]!.ModRevision)];
        }

        return _standing.OtherServing(service, unit => unit == member.Unit || underWay.Contains(unit));
    }

    /// <summary>Why the new file keeps a unit off the machine that it is on, if it does.</summary>
    /// <param name="member">The member.</param>
    /// <param name="isStuck">Whether no other machine takes it, and it is not to wait for one.</param>
    private string? Leaving(RollingMember member, out bool isStuck)
    {
        isStuck = false;
        if (member.Place is not { } place || _view.RulesOf(member.Unit, member.Target) is not { } rules || _view.Planner.Exclusion(rules, place) is not { } refusal)
        {
            return null;
        }

        var elsewhere = new SortedSet<string>(_view.AvoidedBy(member.Unit, _now), StringComparer.Ordinal) { place };
        isStuck = member.Machine is null && !_update.Force && _view.Planner.ChooseOver(rules, _view.FollowersOf(member.Unit), elsewhere) is null;
        return $"its file keeps it off {place}: {refusal.Reason}";
    }

    /// <summary>Whether one of those under way has not found its next machine yet: the next one may count on the same.</summary>
    private bool HasMoving() => _change.Next.Steps.Exists(step => step.Machine is null
        && (_state.Placements.OwnersOf(step.Unit).Count == 0 || _state.Placed[step.Unit]?.Value.Leaving is not null || !_underWay.Contains(step)));

    /// <summary>Whether the file makes a unit stop for a moment.</summary>
    private bool Interrupts(RollingMember member) =>
        _view.DefinitionOf(member.Unit, member.Hash) is not { } before
        || _view.DefinitionOf(member.Unit, member.Target) is not { } after
        || before.RunHash != after.RunHash
        || before.HaWeb.Service != after.HaWeb.Service;

    /// <summary>All that run have it: now the others, then the template itself; then it is over.</summary>
    private void End()
    {
        foreach (var member in _members.Where(member => member.IsPending && !Runs(member)).Take(MostAtOnce))
        {
            var leaving = Leaving(member, out var isStuck);
            _change.Tell(member, [], isStuck ? null : leaving);
        }

        if (!_change.IsEmpty)
        {
            return;
        }

        foreach (var (unit, record, target) in RollingMember.HeadsOf(_state, _view, _name, _update).Where(head => head.Record.Value.Hash != head.Target).Take(MostAtOnce))
        {
            _change.Head(unit, record, target);
            _change.Record(_change.Next, $"{unit} has the {(IsForward ? "new" : "former")} file from now on");
        }

        // A global unit leaves the machines that its new file excludes when nothing puts it there again.
        foreach (var member in _change.IsEmpty ? _members.Where(member => member.IsPending).Take(MostAtOnce) : [])
        {
            _change.Tell(member, [], Leaving(member, out _));
        }

        if (_change.IsEmpty)
        {
            _change.Record(
                _change.Next with { State = IsForward ? UpdateState.Done : UpdateState.RolledBack, Ended = _now, Paused = false, Steps = [], Before = [], Reason = IsForward ? null : _update.Reason },
                IsForward ? "all have the new file" : $"all have their former files again: {_update.Reason}");
        }
    }
}
