using HaWeb.Core.Operations;
using HaWeb.PowerShell.Sessions;

namespace HaWeb.PowerShell.Output;

/// <summary>One thing that a command would change: what -WhatIf prints, as an object.</summary>
public sealed class HaPlanStep
{
    /// <summary>What would be done: <c>Start</c>, <c>Stop</c>, <c>Remove</c> and so on.</summary>
    public required string Action { get; init; }

    /// <summary>To which unit, backend or file.</summary>
    public required string Target { get; init; }

    /// <summary>From what to what, or why.</summary>
    public required string Reason { get; init; }

    /// <summary>Its cluster.</summary>
    public required HaCluster Cluster { get; init; }

    /// <summary>The step on one line.</summary>
    public override string ToString() => $"{Action} {Target}: {Reason}";

    internal static HaPlanStep Of(OperationChange change, HaCluster cluster) => new()
    {
        Action = change.Action.ToString(),
        Target = change.Target,
        Reason = change.Reason,
        Cluster = cluster,
    };
}
