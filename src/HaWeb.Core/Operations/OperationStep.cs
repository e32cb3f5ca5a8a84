using HaWeb.Core.Storage;

namespace HaWeb.Core.Operations;

/// <summary>
/// One transaction of an operation. It compares what it writes, so that committing it a second time changes nothing.
/// </summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Changes">What it does, for people.</param>
public sealed record OperationStep(StoreTransaction Transaction, IReadOnlyList<OperationChange> Changes);
