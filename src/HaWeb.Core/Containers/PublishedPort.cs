namespace HaWeb.Core.Containers;

/// <summary>A port of a container that can be reached from outside its machine.</summary>
/// <param name="HostIp">The address it is bound to; empty for all. Before the unit runs, a variable may stand here.</param>
/// <param name="HostPort">The port on the machine; null for one that docker chooses.</param>
/// <param name="ContainerPort">The port inside.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
/// <param name="HostRange">The ports of which docker chooses one, <c>8000-8005</c>; empty for any.</param>
public sealed record PublishedPort(string HostIp, int? HostPort, int ContainerPort, string Protocol, string HostRange = "");
