using HaWeb.Core.Storage;

namespace HaWeb.Core.Scheduling;

/// <summary>One decision of the engine.</summary>
/// <param name="Unit">The unit it is about.</param>
/// <param name="Reason">What is done and why, for people.</param>
/// <param name="Transaction">The transaction that does it, without the guard of the leader.</param>
public sealed record PlanStep(string Unit, string Reason, StoreTransaction Transaction);
