namespace HaWeb.Core.Units;

/// <summary>Requests whose path starts with a prefix go to a service of their own.</summary>
/// <param name="Path">The prefix, <c>/api</c>.</param>
/// <param name="Service">The service.</param>
/// <param name="Tuning">How its backends are treated: the unit's own settings, changed by what stands on the Location line.</param>
public sealed record LocationRoute(string Path, string Service, UpstreamTuning Tuning);
