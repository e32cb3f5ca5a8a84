using System.Net;

namespace HaWeb.Core.Units;

/// <summary>IP addresses as people write them.</summary>
internal static class IpText
{
    /// <summary>Whether it is an IPv6 address, or all four numbers of an IPv4 one.</summary>
    public static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3);
}
