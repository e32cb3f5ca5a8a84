namespace HaWeb.Core.Discovery;

/// <summary>One health probe, made from the machine that the instance runs on.</summary>
/// <param name="Kind">What is probed.</param>
/// <param name="Host">The address to connect to, and the Host header; for a container check the container's id.</param>
/// <param name="Port">The port; 0 for a container check.</param>
/// <param name="Path">The path and query of an HTTP check, from the slash on.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record ProbeRequest(ProbeKind Kind, string Host, int Port, string Path, TimeSpan Timeout);
