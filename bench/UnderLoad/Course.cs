using HaWeb.Lab;

namespace HaWeb.Bench.UnderLoad;

/// <summary>What happened to the load in the course of one event.</summary>
/// <param name="Begin">When the event began.</param>
/// <param name="End">When the load was ended.</param>
/// <param name="Outcomes">How every request and WebSocket ended.</param>
/// <param name="Broken">What the event broke; null for one that was planned, or that broke nothing which serves.</param>
internal sealed record Course(DateTimeOffset Begin, DateTimeOffset End, IReadOnlyList<RequestOutcome> Outcomes, BrokenServer? Broken);
