using HaWeb.Core.Cluster;

namespace HaWeb.Core.Operations.Views;

/// <summary>Judges whether units have become what an operation asked for, on a state that is not older than the operation.</summary>
public static class WaitCondition
{
    /// <summary>Why waiting is pointless, for people: nothing runs that could act. Null when something does, or soon will.</summary>
    public static string? WhyPointless(ClusterState state)
    {
        ArgumentNullException.ThrowIfNull(state);

        // While an agent lives, its engine takes over within seconds.
        return state.Engine is null && state.Sessions.Count == 0
            ? "No engine is running, so nothing will be placed or started: Start-HaAgent on a machine starts one."
            : null;
    }

    /// <summary>Judges one unit.</summary>
    /// <param name="views">Its views, of <see cref="UnitViews.Of"/>: none when it does not exist, several for a global unit.</param>
    /// <param name="goal">What it shall become.</param>
    /// <param name="asked">Whether it was asked for already, so that another wish is another operator's and ends the wait.</param>
    public static WaitVerdict Judge(IReadOnlyList<UnitView> views, WaitGoal goal, bool asked = true)
    {
        ArgumentNullException.ThrowIfNull(views);
        if (views.Count == 0)
        {
            return goal is WaitGoal.Removed ? new WaitVerdict.Done() : new WaitVerdict.Failed("It was removed meanwhile.");
        }

        var verdicts = Known(views).Select(view => Judge(view, goal, asked)).ToList();
        return verdicts.Find(verdict => verdict is WaitVerdict.Failed) ?? verdicts.Find(verdict => verdict is WaitVerdict.Going) ?? verdicts[0];
    }

    /// <summary>The views that count: what a global unit does on a machine that is gone nobody can say, and nobody waits for it. All when no machine is there.</summary>
    /// <param name="views">The views of one unit.</param>
    public static IReadOnlyList<UnitView> Known(IReadOnlyList<UnitView> views)
    {
        ArgumentNullException.ThrowIfNull(views);
        return views.Any(view => !view.IsMachineGone) ? [.. views.Where(view => !view.IsMachineGone)] : views;
    }

    private static WaitVerdict Judge(UnitView view, WaitGoal goal, bool asked)
    {
        if (goal == WaitGoal.Removed)
        {
            return view.Desired is null
                ? new WaitVerdict.Going(Text(view, $"leaves {view.Machine}"))
                : asked ? new WaitVerdict.Failed("It was imported again meanwhile.") : new WaitVerdict.Going("has not been removed");
        }

        if (goal == WaitGoal.Finished)
        {
            return JudgeFinished(view);
        }

        var wanted = goal switch
        {
            WaitGoal.Launched or WaitGoal.Reloaded => DesiredState.Launched,
            WaitGoal.Moved when view.Desired is DesiredState.Launched => DesiredState.Launched,
            WaitGoal.Moved => DesiredState.Loaded,
            WaitGoal.Loaded or WaitGoal.Stopped => DesiredState.Loaded,
            _ => DesiredState.Inactive,
        };
        if (view.Desired != wanted && !asked && view.Desired is not null)
        {
            return new WaitVerdict.Going($"is wanted {Lower(view.Desired)}");
        }

        if (view.Desired != wanted)
        {
            return new WaitVerdict.Failed(view.Desired is null ? "It was removed meanwhile." : $"It is to be {Lower(view.Desired)} by now: another operation has changed it.");
        }

        if (goal == WaitGoal.Inactive)
        {
            return view.Machine is null ? new WaitVerdict.Done() : new WaitVerdict.Going(Text(view, $"leaves {view.Machine}"));
        }

        if (goal == WaitGoal.Stopped && view.Machine is null)
        {
            return new WaitVerdict.Done();
        }

        if (!view.IsCurrent)
        {
            return new WaitVerdict.Going(view.Machine is null ? Text(view, "waits for a machine") : Text(view, $"waits for {view.Machine}"));
        }

        return goal == WaitGoal.Reloaded ? JudgeReloaded(view) : wanted == DesiredState.Launched ? JudgeLaunched(view) : JudgeLoaded(view);
    }

    private static WaitVerdict JudgeFinished(UnitView view) => view switch
    {
        { Desired: null } => new WaitVerdict.Failed("It was removed meanwhile."),
        { IsCurrent: false } => new WaitVerdict.Going(Text(view, view.Machine is null ? "waits for a machine" : $"waits for {view.Machine}")),
        { Active: "failed" } => new WaitVerdict.Failed(Failure(view), view.Failure),
        { Active: "inactive", ExitCode: not null } => new WaitVerdict.Done(),
        { Active: "inactive" } => new WaitVerdict.Going(Text(view, "has not run yet")),
        _ => new WaitVerdict.Going(Text(view, "runs")),
    };

    private static WaitVerdict JudgeLoaded(UnitView view) => view.Active is "inactive" or "failed"
        ? new WaitVerdict.Done()
        : new WaitVerdict.Going(Text(view, "stops"));

    private static WaitVerdict JudgeReloaded(UnitView view) => view switch
    {
        { Failure: StatusRecord.ReloadFailed } => new WaitVerdict.Failed($"{view.Reason} ({view.Machine}). Get-HaUnitLog {view.Name} shows more.", view.Failure),
        { Active: "active" } => new WaitVerdict.Done(),
        { Active: "reloading" } => new WaitVerdict.Going(Text(view, "reads its configuration again")),
        _ => new WaitVerdict.Failed(Text(view, "It does not run any more")),
    };

    private static WaitVerdict JudgeLaunched(UnitView view) => view.Active switch
    {
        "active" when view.Service is null || (view.Backend is not null && view.Healthy != false) => new WaitVerdict.Done(),
        "active" => new WaitVerdict.Going(Text(view, $"runs; waits for its health check before it joins {view.Service}")),
        "failed" => new WaitVerdict.Failed(Failure(view), view.Failure),

        // It is tried again and again, and that will not help by itself.
        "activating" when view.Sub == "auto-restart" && view.Failure == StatusRecord.ImageNotFound => new WaitVerdict.Failed(Failure(view), view.Failure),
        "inactive" when view.ExitCode == 0 => new WaitVerdict.Done(),
        "inactive" when view.ExitCode is not null => new WaitVerdict.Failed(Failure(view)),
        _ => new WaitVerdict.Going(Text(view, $"starts on {view.Machine}")),
    };

    private static string Failure(UnitView view)
    {
        var code = view.ExitCode is { } exit ? $" with exit code {exit}" : "";
        var reason = view.Reason.Length > 0 ? $": {view.Reason}" : "";
        var output = view.Output is { Length: > 0 } line ? $" It last printed: {line}" : "";
        var more = view.Container is not null || output.Length > 0 ? $"{(output.Length > 0 ? "." : "")} Get-HaUnitLog {view.Name} shows more." : "";
        return $"It failed on {view.Machine}{code}{reason}.{output}{more}";
    }

    private static string Text(UnitView view, string doing)
    {
        var state = view.Active == UnitView.Unknown ? "" : $" ({view.Active}/{view.Sub})";
        return view.Reason.Length == 0 ? doing + state : $"{doing}{state}: {view.Reason}";
    }

    private static string Lower(DesiredState? desired) => desired.ToString()!.ToLowerInvariant();
}
