using System.Net;

namespace HaWeb.Core.Units;

/// <summary>IP addresses as people write them.</summary>
internal static class IpText
{
    /// <summary>Whether it is an IPv6 address, or all four numbers of an IPv4 one. One of an interface (<c>%eth0</c>, behind which anything may stand) is none.</summary>
    public static bool IsAddress(string text) =>
        !text.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3);
}
