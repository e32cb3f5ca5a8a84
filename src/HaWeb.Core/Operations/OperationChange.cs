namespace HaWeb.Core.Operations;

/// <summary>One thing that an operation changes: a line of <c>-WhatIf</c>.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Target">To which unit, machine, backend or file.</param>
/// <param name="Reason">From what to what, or why, for people.</param>
public sealed record OperationChange(OperationAction Action, string Target, string Reason)
{
    /// <summary>The change on one line.</summary>
    public override string ToString() => $"{Action} {Target}: {Reason}";
}
