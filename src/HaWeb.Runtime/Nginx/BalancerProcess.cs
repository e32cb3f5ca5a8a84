namespace HaWeb.Runtime.Nginx;

/// <summary>A process of a balancer's.</summary>
/// <param name="Id">Its process id, as the engine's machine sees it.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Kind">What it does.</param>
/// <param name="ConfigArguments">The arguments by which a master was told its config files; empty for the program's own, and for workers.</param>
internal sealed record BalancerProcess(int Id, int Parent, BalancerProcessKind Kind, IReadOnlyList<string> ConfigArguments);
