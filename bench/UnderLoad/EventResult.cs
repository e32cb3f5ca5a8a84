namespace HaWeb.Bench.UnderLoad;

/// <summary>What came of an event.</summary>
/// <param name="Title">What the table calls it.</param>
/// <param name="Verdict">What visitors noticed.</param>
/// <param name="Notes">What else there is to tell.</param>
public sealed record EventResult(string Title, Verdict Verdict, IReadOnlyList<string> Notes);
