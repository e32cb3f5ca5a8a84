using HaWeb.Core.Discovery;

namespace HaWeb.Core.LoadBalancing;

/// <summary>A backend that was registered by hand, as the store has it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Name">Its name in the service.</param>
/// <param name="Backend">Where it is.</param>
/// <param name="Revision">The revision of its key's last change.</param>
public sealed record ExternalBackend(string Service, string Name, Backend Backend, long Revision);
