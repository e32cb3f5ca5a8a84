namespace HaWeb.Tests.Unit.Simulation.Chaos;

/// <summary>A rule of PROTOCOL.md section 6 does not hold.</summary>
public sealed class BrokenRuleException(string rule, string what) : Exception($"rule {rule}: {what}");
