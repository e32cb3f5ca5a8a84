using System.Globalization;
using System.Net;

namespace HaWeb.Core.Discovery;

/// <summary>
/// One backend of a service, as <c>/services/SERVICE/INSTANCE</c> holds it: <c>address:port</c>, optionally <c> weight=N</c> and <c> backup</c>.
/// A value is taken apart into these types before anything uses it: no text of the store reaches a config.
/// </summary>
/// <param name="Address">An IPv4 or IPv6 address: nginx's test fails on a name that does not resolve.</param>
/// <param name="Port">The port, 1 to 65535.</param>
/// <param name="Weight">Its share of requests relative to the others, 1 to 1000.</param>
/// <param name="Backup">Whether it serves only when all others are unavailable.</param>
public sealed record Backend(IPAddress Address, int Port, int Weight = 1, bool Backup = false)
{
    /// <summary>The largest weight taken.</summary>
    public const int MaxWeight = 1000;

    /// <summary><c>address:port</c>, with brackets around an IPv6 address.</summary>
    public string Endpoint => new IPEndPoint(Address, Port).ToString();

    /// <summary>The stored value.</summary>
    public override string ToString() =>
        Endpoint + (Weight == 1 ? "" : " weight=" + Weight.ToString(CultureInfo.InvariantCulture)) + (Backup ? " backup" : "");

    /// <summary>Reads a stored value.</summary>
    /// <param name="text">The value.</param>
    /// <param name="problem">What is wrong with it, for people.</param>
    /// <returns>The backend, or null.</returns>
    public static Backend? TryParse(string text, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !TryParseEndpoint(words[0], out var address, out var port))
        {
            problem = "expected 'address:port' with an IP address and a port from 1 to 65535";
            return null;
        }

        var backend = new Backend(address, port);
        foreach (var word in words.AsSpan(1))
        {
            if (word == "backup")
            {
                backend = backend with { Backup = true };
            }
            else if (word.StartsWith("weight=", StringComparison.Ordinal)
                && int.TryParse(word.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is >= 1 and <= MaxWeight)
            {
                backend = backend with { Weight = weight };
            }
            else
            {
                problem = $"after 'address:port' only 'weight=N' (1 to {MaxWeight}) and 'backup' may stand";
                return null;
            }
        }

        problem = "";
        return backend;
    }

    private static bool TryParseEndpoint(string text, out IPAddress address, out int port)
    {
        address = IPAddress.None;
        port = 0;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
        {
            return false;
        }

        var host = text[..colon];
        var bracketed = host.Length > 2 && host[0] == '[' && host[^1] == ']';
        return !host.Contains('%', StringComparison.Ordinal)
            && IPAddress.TryParse(bracketed ? host[1..^1] : host, out address!)
            && bracketed == (address.GetAddressBytes().Length == 16)
            && (bracketed || address.ToString() == host);
    }
}
