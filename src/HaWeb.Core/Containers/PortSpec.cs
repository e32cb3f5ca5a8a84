using System.Globalization;

namespace HaWeb.Core.Containers;

/// <summary>Reads what <c>-p</c> and <c>--expose</c> take.</summary>
internal static class PortSpec
{
    /// <summary>The most ports that one container publishes.</summary>
    private const int MaxPorts = 10_000;

    /// <summary>Adds the ports of <c>[address:][hostPort:]containerPort[/protocol]</c>, ranges expanded.</summary>
    public static IReadOnlyList<PublishedPort> Add(IReadOnlyList<PublishedPort> ports, string text, bool addressIsKnown = true)
    {
        var (address, host, container, protocol) = Split(text);
        if (addressIsKnown && address.Length > 0)
        {
            FlagValues.IpAddress(address);
        }

        var (first, last) = Range(container, text);
        var (hostFirst, hostLast) = host is "" or "0" ? (0, 0) : Range(host, text);
        var isChosen = host is "" or "0" || (first == last && hostLast > hostFirst);
        if (!isChosen && hostLast - hostFirst != last - first)
        {
            throw new FlagValueException($"'{text}' does not have as many host ports as container ports.", "Give both ranges the same length.");
        }

        if (ports.Count + last - first >= MaxPorts)
        {
            throw new FlagValueException($"more than {MaxPorts} ports are published.");
        }

        var added = Enumerable.Range(0, last - first + 1)
            .Select(i => new PublishedPort(address, isChosen ? null : hostFirst + i, first + i, protocol, isChosen ? host : ""));
        return [.. ports, .. added];
    }

    /// <summary>As <see cref="Add"/> where variables stand in the text: they are kept in the address, and where they hide a port nothing is added.</summary>
    public static IReadOnlyList<PublishedPort> AddUnexpanded(IReadOnlyList<PublishedPort> ports, string text)
    {
        var (_, host, container, protocol) = Split(text, check: false);
        var isHidden = (host + container + protocol).AsSpan().IndexOfAny('$', '%') >= 0;
        return isHidden ? ports : Add(ports, text, addressIsKnown: false);
    }

    /// <summary>Adds the ports of <c>port[-port][/protocol]</c>, as <c>80/tcp</c>.</summary>
    public static IReadOnlyList<string> AddExposed(IReadOnlyList<string> ports, string text)
    {
        var (address, host, container, protocol) = Split(text);
        var (first, last) = Range(container, text);
        if (address.Length + host.Length > 0 || ports.Count + last - first >= MaxPorts)
        {
            throw Malformed(text);
        }

        return [.. ports, .. Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}")];
    }

    private static (string Address, string Host, string Container, string Protocol) Split(string text, bool check = true)
    {
        if (text.Contains("target=", StringComparison.Ordinal))
        {
            text = Short(text);
        }

        var slash = text.LastIndexOf('/');
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        var parts = (slash < 0 ? text : text[..slash]).Split(':');
        if (check && protocol is not ("tcp" or "udp" or "sctp"))
        {
            throw new FlagValueException($"'{protocol}' is none of tcp, udp, sctp.");
        }

        var address = parts.Length < 3 ? "" : string.Join(':', parts[..^2]);
        address = address.StartsWith('[') && address.EndsWith(']') ? address[1..^1] : address;
        return (address, parts.Length < 2 ? "" : parts[^2], parts[^1], protocol);
    }

    /// <summary>The short form of <c>published=8080,target=80,protocol=udp</c>.</summary>
    private static string Short(string text)
    {
        var (published, target, protocol) = ("", "", "tcp");
        foreach (var field in text.Split(','))
        {
            var (key, value) = FlagValues.Pair(field, valueRequired: true);
            (published, target, protocol) = key switch
            {
                "published" => (value, target, protocol),
                "target" => (published, value, protocol),
                "protocol" => (published, target, value),
                _ => throw new FlagValueException($"'{key}' is none of published, target, protocol."),
            };
        }

        return $"{published}:{target}/{protocol}";
    }

    private static (int First, int Last) Range(string range, string text)
    {
        var parts = range.Split('-');
        if (parts.Length > 2 || !TryPort(parts[0], out var first) || !TryPort(parts[^1], out var last) || last < first)
        {
            throw Malformed(text);
        }

        return (first, last);
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;

    private static FlagValueException Malformed(string text) =>
        new($"'{text}' is not a port.", "Write for example 8080:80, 10.0.0.1:8080:80 or 8080:80/udp; ports are 1 to 65535.");
}
