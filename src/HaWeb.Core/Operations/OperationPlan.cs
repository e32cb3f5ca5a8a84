namespace HaWeb.Core.Operations;

/// <summary>How an operation is carried out: its steps in order, and what of it is refused.</summary>
/// <param name="Steps">The transactions, each atomic; the operation as a whole is not.</param>
/// <param name="Refusals">What is not done, item by item, and why. The steps do the rest.</param>
/// <param name="Warnings">What is done although something about it looks wrong.</param>
/// <param name="Again">What to plan when a step's guards did not hold: the operation, with what must be remembered of the first plan.</param>
public sealed record OperationPlan(
    IReadOnlyList<OperationStep> Steps,
    IReadOnlyList<OperationRefusal> Refusals,
    IReadOnlyList<OperationWarning> Warnings,
    IOperation Again)
{
    /// <summary>All changes of all steps, in order.</summary>
    public IEnumerable<OperationChange> Changes => Steps.SelectMany(step => step.Changes);
}
