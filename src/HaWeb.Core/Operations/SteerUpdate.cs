using HaWeb.Core.Cluster;
using HaWeb.Core.Storage;
using HaWeb.Core.Units;

namespace HaWeb.Core.Operations;

/// <summary>Pauses, resumes or turns round a rolling update that is under way. One that is as asked for already is left as it is.</summary>
/// <param name="Name">The full name of the template or plain unit.</param>
/// <param name="Action"><see cref="OperationAction.Pause"/>, <see cref="OperationAction.Resume"/> or <see cref="OperationAction.Rollback"/>.</param>
public sealed record SteerUpdate(string Name, OperationAction Action) : IOperation
{
    /// <summary>Whether a plan has found it under way before: when planning again does not, it has ended meanwhile and that is well.</summary>
    public bool Found { get; init; }

    /// <summary>Whether it goes back without regard to what serves meanwhile, as an update with Force goes on.</summary>
    public bool Force { get; init; }

    /// <inheritdoc/>
    public OperationPlan Plan(ClusterState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var plan = new PlanBuilder();
        if (UpdateTargets.Find(state, Name, plan) is not { } name)
        {
            return plan.Build(this);
        }

        if (state.Updates[name.FullName] is not { Value.IsUnderWay: true } update)
        {
            if (!Found)
            {
                plan.Refuse("NoUpdate", RefusalKind.Conflict, name.FullName, $"{name} is not being updated{Last(state, name)}. Update-HaUnit with -Path, -Content or -Image starts an update.");
            }

            return plan.Build(this);
        }

        if (Steer(update.Value) is { } change)
        {
            var key = state.Keys.Update(name.FullName);
            plan.Add(
                new OperationChange(Action, name.FullName, change.Reason),
                [StoreCompare.ModifiedAt(key, update.ModRevision)],
                [new StoreWrite.Put(key, RecordCodec.Write(change.Record))]);
        }

        return plan.Build(this with { Found = true });
    }

    private (UpdateRecord Record, string Reason)? Steer(UpdateRecord update) => Action switch
    {
        OperationAction.Pause when !update.Paused => (update with { Paused = true, Reason = update.Reason ?? "an operator paused it" }, "no further instance begins; what has begun goes on"),
        OperationAction.Resume when update.Paused => (update with { Paused = false, Reason = update.State == UpdateState.Running ? null : update.Reason }, "goes on with the next instance"),
        OperationAction.Rollback when update.State == UpdateState.Running => (
            update with { State = UpdateState.RollingBack, Paused = false, Canary = 0, Steps = [], Force = update.Force || Force, Reason = "an operator rolled it back" },
            $"instances go back to their former files ({update.From[..Math.Min(8, update.From.Length)]})"),
        OperationAction.Rollback when Force && !update.Force => (update with { Force = true }, "goes back without regard to what serves meanwhile"),
        _ => null,
    };

    private static string Last(ClusterState state, UnitName name) => state.Updates[name.FullName]?.Value switch
    {
        { State: UpdateState.Done } => "; its last update is done",
        { State: UpdateState.RolledBack, Reason: var reason } => $"; its last update was rolled back: {reason}",
        _ => "",
    };
}
