using HaWeb.Core.Units;

namespace HaWeb.Core.LoadBalancing;

/// <summary>How requests for some host names are answered.</summary>
/// <param name="Names">The names; empty for whatever no other host takes.</param>
/// <param name="Routes">Every path and the service that answers it; <c>/</c> is one of them.</param>
public sealed record VirtualHost(IReadOnlyList<string> Names, IReadOnlyList<LocationRoute> Routes);
