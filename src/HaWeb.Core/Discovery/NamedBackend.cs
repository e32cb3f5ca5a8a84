namespace HaWeb.Core.Discovery;

/// <summary>A backend with the name that it has in its service.</summary>
/// <param name="Name">The rest of its key: the unit without its suffix, and for a global unit the machine.</param>
/// <param name="Backend">Where it is.</param>
public sealed record NamedBackend(string Name, Backend Backend);
