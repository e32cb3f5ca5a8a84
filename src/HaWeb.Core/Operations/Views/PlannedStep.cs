using HaWeb.Core.Cluster;
using HaWeb.Core.Scheduling;

namespace HaWeb.Core.Operations.Views;

/// <summary>A line of <c>-WhatIf</c>: a change that an operation makes, or one that follows from it, and the place that a unit would have then.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Target">To which unit, machine, backend or file.</param>
/// <param name="Reason">From what to what, or why, for people.</param>
public sealed record PlannedStep(OperationAction Action, string Target, string Reason)
{
    /// <summary>The id of the machine that the unit has now; null when it has none, or its place does not change.</summary>
    public string? From { get; init; }

    /// <summary>The id of the machine that the unit would have; null when it would have none, or its place does not change.</summary>
    public string? To { get; init; }

    /// <summary>The step on one line.</summary>
    public override string ToString() => $"{Action} {Target}: {Reason}";

    /// <summary>The changes of a plan with what they would lead to, and then what would become of other units.</summary>
    /// <param name="state">The cluster that was planned on.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<PlannedStep> Of(ClusterState state, OperationPlan plan, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(plan);
        var places = plan.Steps.Count == 0 ? [] : Forecast.Of(state, plan.Steps.Select(step => step.Transaction), now);
        var byUnit = places.ToLookup(place => place.Unit, StringComparer.Ordinal);
        var steps = new List<PlannedStep>();
        foreach (var change in plan.Changes)
        {
            var own = byUnit[change.Target].ToList();
            steps.Add(new PlannedStep(change.Action, change.Target, string.Join("; ", own.Select(place => Describe(state, place)).Where(text => !IsSaid(change, text)).Prepend(change.Reason)))
            {
                From = own is [{ From: var from }] ? from : null,
                To = own is [{ To: var to }] ? to : null,
            });
        }

        var asked = plan.Changes.Select(change => change.Target).ToHashSet(StringComparer.Ordinal);
        steps.AddRange(places.Where(place => !asked.Contains(place.Unit)).Select(place => new PlannedStep(ActionOf(place), place.Unit, Describe(state, place))
        {
            From = place.From,
            To = place.To,
        }));
        steps.AddRange(Following(state, plan, places, [.. steps.Select(step => step.Target)]));
        return steps;
    }

    /// <summary>Whether the reason of a change says it already: that of a move names both machines, and those that come along.</summary>
    private static bool IsSaid(OperationChange change, string text) =>
        change.Action is OperationAction.Move && $"would move {change.Reason}," is var said && said.StartsWith(text + ",", StringComparison.Ordinal);

    /// <summary>The units that would be stopped or restarted only since others of their machines are.</summary>
    private static IEnumerable<PlannedStep> Following(ClusterState state, OperationPlan plan, IReadOnlyList<ForecastChange> places, HashSet<string> planned)
    {
        var followers = new UnitFollowers(state);

        // What is stopped holds back what follows it; what leaves its machine, or comes back, does not.
        var stopped = plan.Changes.Where(change => change.Action is OperationAction.Stop).Select(change => (change.Target, OperationAction.Stop));
        var interrupted = plan.Changes.Where(change => change.Action is OperationAction.Restart or OperationAction.Unload or OperationAction.Remove or OperationAction.Move).Select(change => change.Target)
            .Concat(places.Where(place => place.IsInterrupted).Select(place => place.Unit))
            .Distinct(StringComparer.Ordinal)
            .Select(unit => (unit, OperationAction.Restart));
        foreach (var (unit, action) in stopped.Concat(interrupted))
        {
            foreach (var follower in followers.Of(unit).Where(follower => planned.Add(follower.Unit)))
            {
                yield return new PlannedStep(action, follower.Unit, $"would {(action is OperationAction.Stop ? "stop" : "restart")} with {follower.Leader} ({follower.Key}=)");
            }
        }
    }

    private static OperationAction ActionOf(ForecastChange place) =>
        place.IsUpdate ? OperationAction.Update : place.To == place.From ? OperationAction.Stay : place.To is null ? OperationAction.Unplace : place.From is null ? OperationAction.Place : OperationAction.Move;

    private static string Describe(ClusterState state, ForecastChange place)
    {
        var (from, to) = (Name(place.From), Name(place.To));
        return (from, to) switch
        {
            (null, not null) => $"would be placed on {to}",
            (not null, not null) when place.IsUpdate => $"would get another file on {to}: {place.Reason}",
            (not null, not null) when place.From == place.To => $"would stay on {from}: {place.Reason}",
            (not null, not null) => $"would move from {from} to {to}",
            (not null, null) => place.Waits ? $"would leave {from} and wait: {place.Reason}" : $"would leave {from}",
            _ => $"would wait: {place.Reason}",
        };

        string? Name(string? machine) => machine is null ? null : MachineRecords.NameOf(state, machine);
    }
}
