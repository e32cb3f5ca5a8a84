namespace HaWeb.Core.Scheduling;

/// <summary>One move of a <see cref="Rebalance"/>.</summary>
/// <param name="Unit">The unit's full name.</param>
/// <param name="From">The id of the machine that it is placed on.</param>
/// <param name="To">The id of the machine that it goes to, with all that is MachineOf it.</param>
/// <param name="Reason">What it is good for, for people.</param>
public sealed record RebalanceMove(string Unit, string From, string To, string Reason);
