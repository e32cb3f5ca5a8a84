using HaWeb.Core.Operations.Views;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>One thing that a command would change: what -WhatIf prints, as an object.</summary>
public sealed class HaPlanStep
{
    /// <summary>What would be done: <c>Start</c>, <c>Stop</c>, <c>Remove</c> and so on.</summary>
    public required string Action { get; init; }

    /// <summary>To which unit, machine, backend or file.</summary>
    public required string Target { get; init; }

    /// <summary>From what to what, or why.</summary>
    public required string Reason { get; init; }

    /// <summary>The id of the machine that the unit has now; null when it has none, or its place does not change.</summary>
    public string? From { get; init; }

    /// <summary>The id of the machine that the unit would have; null when it would have none, or its place does not change.</summary>
    public string? To { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The step on one line.</summary>
    public override string ToString() => $"{Action} {Target}: {Reason}";

    internal static HaPlanStep Of(PlannedStep step, HaCluster cluster) => new()
    {
        Action = step.Action.ToString(),
        Target = step.Target,
        Reason = step.Reason,
        From = step.From,
        To = step.To,
        Cluster = cluster,
    };
}
