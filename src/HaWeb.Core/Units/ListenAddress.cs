using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HaWeb.Core.Units;

/// <summary>Where a load balancer listens.</summary>
/// <param name="Address">The IP address; null for all.</param>
/// <param name="Port">The port.</param>
/// <param name="IsTls">Whether it is marked as one that speaks TLS. Where there is a certificate, port 443 does so unmarked.</param>
public sealed record ListenAddress(string? Address, int Port, bool IsTls = false)
{
    private const string TlsMark = "/tls";

    /// <summary>As unit files have it: <c>80</c>, <c>10.0.0.1:80</c>, <c>8443/tls</c>.</summary>
    public override string ToString() => Place + (IsTls ? TlsMark : "");

    private string Place => Address is null ? Port.ToString(CultureInfo.InvariantCulture)
        : Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{Port.ToString(CultureInfo.InvariantCulture)}"
        : $"{Address}:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="listen">The place.</param>
    /// <param name="problem">What is wrong with the text, for people.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? listen, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        listen = null;
        problem = "";
        var isTls = text.EndsWith(TlsMark, StringComparison.Ordinal);
        var place = isTls ? text[..^TlsMark.Length] : text;
        var colon = place.LastIndexOf(':');
        var address = colon < 0 ? null : place[..colon].TrimStart('[').TrimEnd(']');
        if (address is not null && !IpText.IsAddress(address))
        {
            problem = $"'{address}' is not an IP address.";
            return false;
        }

        if (!int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            problem = $"'{place[(colon + 1)..]}' is not a whole number from 1 to 65535.";
            return false;
        }

        listen = new ListenAddress(address, port, isTls);
        return true;
    }
}
