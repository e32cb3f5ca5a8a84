using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>A <c>backend</c> section of HAProxy: the backends of a service, with times of their own, since HAProxy knows those by section and not by path.</summary>
/// <param name="Name">The section's name.</param>
/// <param name="Service">The service.</param>
/// <param name="Tuning">How its backends are treated.</param>
internal sealed record HAProxyUpstream(string Name, string Service, UpstreamTuning Tuning);
