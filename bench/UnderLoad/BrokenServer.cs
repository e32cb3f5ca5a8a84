namespace HaWeb.Bench.UnderLoad;

/// <summary>The web server that an event broke, and what had been given to it.</summary>
/// <param name="Name">What it answers with.</param>
/// <param name="Given">Which requests the balancer gave to it first, as <c>/path?n=number</c>.</param>
internal sealed record BrokenServer(string Name, IReadOnlySet<string> Given);
