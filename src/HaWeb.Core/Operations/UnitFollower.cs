namespace HaWeb.Core.Operations;

/// <summary>A running unit that is stopped and restarted with another one of its machine.</summary>
/// <param name="Unit">Its full name.</param>
/// <param name="Leader">The full name of the unit that it says so of.</param>
/// <param name="Key">The option by which it does, in the form <c>Requires</c>.</param>
internal sealed record UnitFollower(string Unit, string Leader, string Key);
