namespace HaWeb.Core.Operations;

/// <summary>What became of an operation.</summary>
/// <param name="Changes">What was changed, in order.</param>
/// <param name="Refusals">What was not done, and why.</param>
/// <param name="Warnings">What was done although something about it looks wrong.</param>
/// <param name="Revision">The store revision that has all the changes.</param>
public sealed record OperationOutcome(
    IReadOnlyList<OperationChange> Changes,
    IReadOnlyList<OperationRefusal> Refusals,
    IReadOnlyList<OperationWarning> Warnings,
    long Revision);
