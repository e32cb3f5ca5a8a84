using HaWeb.Core.Cluster;
using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>A rolling update: how far it is, or what came of it.</summary>
public sealed class HaUpdate
{
    /// <summary>The template or plain unit that is updated.</summary>
    public required string Name { get; init; }

    /// <summary><c>running</c>, <c>paused</c>, <c>rolling-back</c>, <c>done</c> or <c>rolled-back</c>.</summary>
    public required string State { get; init; }

    /// <summary>How many instances have arrived.</summary>
    public int Done { get; init; }

    /// <summary>How many instances there are.</summary>
    public int Total { get; init; }

    /// <summary>The instances that are on their way.</summary>
    public IReadOnlyList<string> UnderWay { get; init; } = [];

    /// <summary>What it waits for, or why it is paused, goes back or went back; empty when there is nothing to say.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The hash of the file before.</summary>
    public required string From { get; init; }

    /// <summary>The hash of the new file.</summary>
    public required string To { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it was over; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The update on one line.</summary>
    public override string ToString() => $"{Name} {State}, {Done} of {Total} done";

    internal static HaUpdate Of(UpdateView view, HaCluster cluster) => new()
    {
        Name = view.Name,
        State = view switch
        {
            { State: UpdateState.Done } => "done",
            { State: UpdateState.RolledBack } => "rolled-back",
            { Paused: true } => "paused",
            { State: UpdateState.RollingBack } => "rolling-back",
            _ => "running",
        },
        Done = view.Done,
        Total = view.Total,
        UnderWay = view.UnderWay,
        Reason = view.Reason,
        From = view.From,
        To = view.To,
        Started = view.Started,
        Ended = view.Ended,
        Cluster = cluster,
    };
}
