namespace HaWeb.Core.Units;

/// <summary>What became of checking a unit file.</summary>
/// <param name="Definition">The unit; null when a problem is an error.</param>
/// <param name="Problems">Everything that is wrong with it, by position; those of the file as a whole first.</param>
public sealed record UnitCheck(UnitDefinition? Definition, IReadOnlyList<UnitProblem> Problems);
