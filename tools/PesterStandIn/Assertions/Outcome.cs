namespace HaWeb.Tools.PesterStandIn.Assertions;

/// <summary>What a comparison found: whether it holds, what it expected, and what there was instead.</summary>
internal sealed record Outcome(bool Holds, string Expectation, string Found);
