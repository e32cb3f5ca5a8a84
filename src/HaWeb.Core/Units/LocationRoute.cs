using System.Diagnostics.CodeAnalysis;

namespace HaWeb.Core.Units;

/// <summary>Requests whose path starts with a prefix go to a service of their own.</summary>
/// <param name="Path">The prefix, <c>/api</c>.</param>
/// <param name="Service">The service.</param>
/// <param name="Tuning">How its backends are treated: the unit's own settings, changed by what stands on the Location line.</param>
/// <param name="Host">The host name that the requests must be for; null for any.</param>
public sealed record LocationRoute(string Path, string Service, UpstreamTuning Tuning, string? Host = null)
{
    /// <summary>The place as unit files have it: <c>/api</c>, or <c>api.example.org/</c>.</summary>
    public string Place => Host + Path;

    /// <summary>Takes a place apart.</summary>
    /// <param name="place">The place.</param>
    /// <param name="host">The host name; null for any.</param>
    /// <param name="path">The path, from its slash on.</param>
    /// <returns>Whether it has a path.</returns>
    public static bool TrySplit(string place, out string? host, [NotNullWhen(true)] out string? path)
    {
        ArgumentNullException.ThrowIfNull(place);
        var slash = place.IndexOf('/', StringComparison.Ordinal);
        host = slash > 0 ? place[..slash] : null;
        path = slash >= 0 ? place[slash..] : null;
        return path is not null;
    }
}
